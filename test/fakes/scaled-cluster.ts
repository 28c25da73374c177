import type {Cluster} from '../../src/clients/kubernetes/cluster.js'
import {EnvironmentError} from '../../src/errors.js'
import type {World} from '../../src/faults/fault.js'
import type {Pod} from '../../src/scenarios/kubernetes.js'
import {clusterTarget, deploymentOf, podOf, podsOf} from './cluster-target.js'
import {emptyWorld} from './run-world.js'

/** How a cluster of one Deployment `web` behaves. */
export interface ScaledAs {
  pods?: number
  /** So many pods at most get ready. */
  room?: number
  /** An autoscaler owns the number. */
  autoscaled?: boolean
  /** Its pods cannot be listed. */
  blind?: boolean
}

/** A cluster whose Deployment follows its scale at once; `log` is what was asked of it, time passes when it is slept. */
export const scaledCluster = ({pods = 2, room = 100, autoscaled = false, blind = false}: ScaledAs = {}) => {
  const log: string[] = []
  let desired = pods
  let nowMs = 0
  const there = (): Pod[] =>
    Array.from({length: desired}, (_, at) => podOf(`web-${at + 1}`, {ready: at < room}))
  const cluster: Pick<
    Cluster,
    'namespace' | 'where' | 'pods' | 'workload' | 'setScale' | 'budgets' | 'review' | 'objects'
  > = {
    namespace: 'shop',
    where: 'a fake cluster',
    pods: async () => {
      if (blind) throw new EnvironmentError('pods cannot be listed')
      return there()
    },
    workload: async (ref) => ({ref, uid: 'uid-of-web', resourceVersion: '1', desired, selector: 'app=web'}),
    setScale: async (_ref, replicas) => {
      log.push(`scale to ${replicas}`)
      desired = replicas
      return 'set'
    },
    budgets: async () => [],
    review: async (rights) => rights.map((right) => ({right, allowed: true})),
    // Only what scaling asks for.
    objects: {
      list: async () =>
        autoscaled
          ? [
              {
                apiVersion: 'autoscaling/v2',
                kind: 'HorizontalPodAutoscaler',
                metadata: {name: 'web-scaler'},
                spec: {scaleTargetRef: {kind: 'Deployment', name: 'web'}},
              },
            ]
          : [],
      read: async () => undefined,
    } as unknown as Cluster['objects'],
  }
  const target = clusterTarget({web: deploymentOf('web', podsOf('web', pods))})
  const world: World = {
    ...emptyWorld(),
    target,
    clock: {
      now: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms
      },
    },
    // Nothing else of it is used.
    cluster: () => cluster as Cluster,
    note: (message) => void log.push(message),
  }
  const setDesired = (count: number): void => {
    desired = count
  }
  return {log, world, target, setDesired}
}
