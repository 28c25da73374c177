import {z} from 'zod'
import type {Pod} from '../../scenarios/kubernetes.js'

const texts = z.record(z.string(), z.string()).default({})

const containerStatus = z.object({
  restartCount: z.number().default(0),
  state: z.object({waiting: z.object({reason: z.string().default('')}).optional()}).default({}),
})

const apiPod = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().optional(),
    labels: texts,
    annotations: texts,
    ownerReferences: z
      .array(
        z.object({kind: z.string(), name: z.string(), uid: z.string(), controller: z.boolean().optional()}),
      )
      .default([]),
  }),
  spec: z.object({nodeName: z.string().optional()}),
  status: z
    .object({
      phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']).default('Unknown'),
      podIP: z.string().optional(),
      conditions: z.array(z.object({type: z.string(), status: z.string()})).default([]),
      initContainerStatuses: z.array(containerStatus).default([]),
      containerStatuses: z.array(containerStatus).default([]),
    })
    .prefault({}),
})

/** A pod from what the API server sends; throws a ZodError when it is none. */
export const readPod = (value: unknown): Pod => {
  const {metadata, spec, status} = apiPod.parse(value)
  const containers = status.containerStatuses
  const waiting = [...status.initContainerStatuses, ...containers]
    .map(({state}) => state.waiting?.reason)
    .find((reason) => reason !== undefined && reason !== '')
  const owner = metadata.ownerReferences.find(({controller}) => controller === true)
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    uid: metadata.uid,
    labels: metadata.labels,
    annotations: metadata.annotations,
    ...(spec.nodeName === undefined ? {} : {node: spec.nodeName}),
    ...(status.podIP === undefined ? {} : {ip: status.podIP}),
    phase: status.phase,
    ready: status.conditions.some(({type, status: value}) => type === 'Ready' && value === 'True'),
    deleting: metadata.deletionTimestamp !== undefined,
    restarts: containers.reduce((sum, {restartCount}) => sum + restartCount, 0),
    createdMs: Date.parse(metadata.creationTimestamp),
    ...(waiting === undefined ? {} : {waiting}),
    ...(owner === undefined ? {} : {controller: {kind: owner.kind, name: owner.name, uid: owner.uid}}),
  }
}

const list = z.object({
  metadata: z.object({resourceVersion: z.string().default('')}).prefault({}),
  items: z
    .array(z.unknown())
    .nullish()
    .transform((items) => items ?? []),
})

/** Items of a list, and the version from which a watch goes on. */
export const readList = (value: unknown): {resourceVersion: string; items: unknown[]} => {
  const {metadata, items} = list.parse(value)
  return {resourceVersion: metadata.resourceVersion, items}
}

/** Oldest first; those of one second, which is all that the API server tells, by name. */
export const byAge = (a: Pod, b: Pod): number =>
  a.createdMs - b.createdMs || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
