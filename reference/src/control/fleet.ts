import {servicePort} from '../deploy/names.js'
import type {SwitchedReplica} from '../supervisor/switchboard.js'
import {serviceNames} from '../topology.js'
import {at, itemsOf, nameOf, textAt} from './fields.js'
import type {KubeApi} from './kube-api.js'

/** The pods of the services. */
export interface Fleet {
  /** Looks again. */
  refresh(): Promise<void>
  /** As they were at the last look. */
  replicas(): readonly SwitchedReplica[]
}

const isReady = (pod: unknown): boolean => {
  const conditions = at(pod, 'status', 'conditions')
  return (
    Array.isArray(conditions) &&
    conditions.some((one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True')
  )
}

const replicaOf = (pod: unknown): SwitchedReplica[] => {
  const label = at(pod, 'metadata', 'labels', 'app.kubernetes.io/name')
  const service = serviceNames.find((name) => name === label)
  const ip = textAt(pod, 'status', 'podIP')
  const isLeaving = at(pod, 'metadata', 'deletionTimestamp') !== undefined
  // One that was evicted stays as it ended, its address with it.
  const hasEnded = ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'))
  if (!service || ip === '' || isLeaving || hasEnded) return []
  const host = ip.includes(':') ? `[${ip}]` : ip
  const ready = isReady(pod)
  return [{service, name: nameOf(pod), url: `http://${host}:${servicePort}`, isReady: () => ready}]
}

/** Those that are on their way out are left alone. */
export const watchFleet = (api: KubeApi): Fleet => {
  let replicas: SwitchedReplica[] = []
  return {
    refresh: async () => {
      const pods = await api.get('api/v1', 'pods?labelSelector=app.kubernetes.io/component%3Dservice')
      replicas = itemsOf(pods).flatMap(replicaOf)
    },
    replicas: () => replicas,
  }
}
