import {z} from 'zod'
import type {WorkloadRef} from '../../scenarios/kubernetes.js'
import {type Api, orThrow} from './api.js'
import type {Cluster, WorkloadState} from './cluster.js'
import {readScaleMark, scaleMark, unmarked} from './scale-mark.js'
import {selectorText} from './selector.js'

const plurals = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  ReplicaSet: 'replicasets',
} as const

type ObjectRef = Exclude<WorkloadRef, {kind: 'selector'}>

const workloadObject = z.object({
  metadata: z.object({
    uid: z.string(),
    resourceVersion: z.string(),
    managedFields: z.array(z.unknown()).default([]),
  }),
  spec: z.object({replicas: z.number().default(1), selector: z.unknown()}),
})

const pathOf = (namespace: string, {kind, name}: ObjectRef): string =>
  `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/${plurals[kind]}/${encodeURIComponent(name)}`

/** `deployment catalog`, for messages. */
export const inWords = (ref: WorkloadRef): string =>
  ref.kind === 'selector' ? `selector ${ref.selector}` : `${ref.kind.toLowerCase()} ${ref.name}`

const stateOf = (ref: ObjectRef, found: unknown): WorkloadState => {
  const {metadata, spec} = workloadObject.parse(found)
  const {managedFields, ...version} = metadata
  const desired = ref.kind === 'DaemonSet' ? {} : {desired: spec.replicas}
  const scaledBy = readScaleMark(managedFields)
  return {
    ref,
    ...version,
    ...desired,
    selector: selectorText(spec.selector) ?? '',
    ...(scaledBy && {scaledBy}),
  }
}

/** What pods belong to, and how many there are to be. */
export const scaleCalls = (api: Api, namespace: string): Pick<Cluster, 'workload' | 'setScale'> => ({
  workload: async (ref) => {
    if (ref.kind === 'selector') return {ref, uid: '', resourceVersion: '', selector: ref.selector}
    const found = await api.find({method: 'GET', path: pathOf(namespace, ref), asked: `read ${inWords(ref)}`})
    return found === undefined ? undefined : stateOf(ref, found)
  },

  setScale: async (ref, replicas, resourceVersion, by) => {
    const asked = `scale ${inWords(ref)} to ${replicas}`
    if (ref.kind === 'selector' || ref.kind === 'DaemonSet')
      throw new RangeError(`${inWords(ref)} cannot be scaled`)
    const answer = await api.send({
      method: 'PATCH',
      path: `${pathOf(namespace, ref)}/scale`,
      query: {fieldManager: by === undefined ? unmarked : scaleMark(by)},
      type: 'application/merge-patch+json',
      body: {spec: {replicas}, ...(resourceVersion === undefined ? {} : {metadata: {resourceVersion}})},
      asked,
      again: true,
    })
    if (answer.status === 409) return 'changed meanwhile'
    orThrow(answer, asked, api.access.where)
    return 'set'
  },
})
