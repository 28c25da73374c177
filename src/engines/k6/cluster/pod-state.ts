import {z} from 'zod'
import type {KubernetesObject} from '../../../clients/kubernetes/cluster.js'

/** A pod of a load as the API server tells of it. */
export interface PodState {
  name: string
  uid: string
  /** Of the Job: which share of the load is its own. */
  index: number
  labels: Record<string, string>
  ready: boolean
  deleting: boolean
  phase: string
  /** Why it does not run yet, in the API server's words; absent when it does. */
  waits?: {reason: string; message: string}
  /** How its container ended; the code is that of k6 where the container says it. */
  ended?: {code: number; reason: string}
  /** Why all of it was ended: `Evicted`, `NodeLost`. */
  reason?: string
  message?: string
}

const waiting = z.object({reason: z.string().default(''), message: z.string().default('')})
const terminated = z.object({
  exitCode: z.number(),
  reason: z.string().default(''),
  message: z.string().default(''),
})
const pod = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().nullish(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  status: z
    .object({
      phase: z.string().default('Unknown'),
      reason: z.string().exactOptional(),
      message: z.string().exactOptional(),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .default([]),
      containerStatuses: z
        .array(
          z.object({
            name: z.string().default(''),
            state: z
              .object({waiting: waiting.exactOptional(), terminated: terminated.exactOptional()})
              .default({}),
          }),
        )
        .default([]),
    })
    .default({phase: 'Unknown', conditions: [], containerStatuses: []}),
})

const indexAnnotation = 'batch.kubernetes.io/job-completion-index'

/** Its own exit code says less: it hides what is no failure. */
const endOf = ({exitCode, reason, message}: z.output<typeof terminated>): {code: number; reason: string} => ({
  code: /^\d+$/.test(message) ? Number(message) : exitCode,
  reason,
})

/** Others may be put beside it, for a service mesh say. */
const k6Container = 'k6'

/** What of a pod matters to a load. */
export const readPodState = (object: KubernetesObject): PodState => {
  const {metadata, status} = pod.parse(object)
  const {phase, conditions, containerStatuses} = status
  const state = (containerStatuses.find(({name}) => name === k6Container) ?? containerStatuses[0])?.state
  const unscheduled = conditions.find((one) => one.type === 'PodScheduled' && one.status === 'False')
  const waits = unscheduled ?? state?.waiting
  return {
    name: metadata.name,
    uid: metadata.uid,
    index: Number(metadata.annotations[indexAnnotation] ?? 0),
    labels: metadata.labels,
    ready: conditions.some(({type, status: is}) => type === 'Ready' && is === 'True'),
    deleting: metadata.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null,
    phase,
    ...(waits !== undefined && {waits: {reason: waits.reason, message: waits.message}}),
    ...(state?.terminated && {ended: endOf(state.terminated)}),
    ...(status.reason !== undefined && {reason: status.reason}),
    ...(status.message !== undefined && {message: status.message}),
  }
}
