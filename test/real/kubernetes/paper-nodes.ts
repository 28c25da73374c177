import {setTimeout as sleep} from 'node:timers/promises'
import type {Stage} from './stage.js'

/** Tolerates the taint of paper nodes, and asks for one: only such pods are put on them. */
const onPaper = (namespace: string): object => ({
  nodeSelector: {'shakedown-test': namespace},
  tolerations: [{key: 'shakedown-test', operator: 'Exists'}],
})

/** A Deployment of pods that run on paper, with `app: NAME`. */
export const paperDeployment = (
  name: string,
  namespace: string,
  replicas: number,
  more: object = {},
): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name},
  spec: {
    replicas,
    selector: {matchLabels: {app: name}},
    template: {
      metadata: {labels: {app: name}},
      spec: {
        ...onPaper(namespace),
        terminationGracePeriodSeconds: 1,
        containers: [{name: 'paper', image: 'localhost/none:1', imagePullPolicy: 'Never'}],
        ...more,
      },
    },
  },
})

/** Nodes that are objects of the API server and nothing else, and who plays their kubelet. */
export interface PaperNodes {
  add(name: string): Promise<string>
  close(): Promise<void>
}

interface Listed {
  metadata: {name: string; deletionTimestamp?: string}
  spec: {nodeName?: string}
  status: {phase: string}
}

const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z')

const readyStatus = (): string =>
  JSON.stringify({
    status: {
      capacity: {cpu: '4', memory: '8Gi', pods: '50'},
      allocatable: {cpu: '4', memory: '8Gi', pods: '50'},
      conditions: [
        {type: 'Ready', status: 'True', reason: 'Paper', lastHeartbeatTime: now(), lastTransitionTime: now()},
      ],
    },
  })

const runningStatus = (): string =>
  JSON.stringify({
    status: {
      phase: 'Running',
      podIP: '192.0.2.1',
      conditions: ['Ready', 'ContainersReady', 'Initialized', 'PodScheduled'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: now(),
      })),
    },
  })

const patchStatus = (kind: string, name: string, patch: string): string[] => [
  'patch',
  kind,
  name,
  '--subresource=status',
  '--type=merge',
  '-p',
  patch,
]

/**
 * Opens a place for nodes on paper: the real one is everybody's, and is not cordoned for a test. Scheduler, controllers,
 * budgets and evictions are the real ones; pods that are put on such a node run, are ready, and end when they are told.
 */
export const openPaperNodes = ({kubectl, namespace}: Stage): PaperNodes => {
  const nodes: string[] = []
  const stop = new AbortController()

  const play = async (): Promise<void> => {
    const {items} = JSON.parse(await kubectl(['get', 'pods', '-o', 'json'])) as {items: Listed[]}
    for (const {metadata, spec, status} of items) {
      if (spec.nodeName === undefined || !nodes.includes(spec.nodeName)) continue
      const {name, deletionTimestamp} = metadata
      // Somebody else may be quicker.
      if (deletionTimestamp !== undefined)
        await kubectl(['delete', 'pod', name, '--grace-period=0', '--force', '--wait=false']).catch(() => {})
      else if (status.phase === 'Pending')
        await kubectl(patchStatus('pod', name, runningStatus())).catch(() => {})
    }
  }
  const playing = (async () => {
    for (let turn = 0; !stop.signal.aborted; turn++) {
      if (turn % 40 === 39)
        for (const name of nodes) await kubectl(patchStatus('node', name, readyStatus())).catch(() => {})
      await play().catch(() => {})
      await sleep(200, undefined, {signal: stop.signal}).catch(() => {})
    }
  })()

  return {
    add: async (short) => {
      const name = `${namespace}-${short}`
      const labels = {'shakedown-test': namespace, side: short}
      const taints = [{key: 'shakedown-test', value: namespace, effect: 'NoSchedule'}]
      const node = {apiVersion: 'v1', kind: 'Node', metadata: {name, labels}, spec: {taints}}
      await kubectl(['create', '-f', '-'], JSON.stringify(node))
      nodes.push(name)
      await kubectl(patchStatus('node', name, readyStatus()))
      return name
    },
    close: async () => {
      for (const name of nodes) await kubectl(['delete', 'node', name, '--wait=false']).catch(() => {})
      await kubectl(['delete', 'deployments,pods', '--all', '--grace-period=0', '--force', '--wait=false'])
      stop.abort()
      await playing
    },
  }
}
