import type {
  Cluster,
  ClusterNode,
  DisruptionBudget,
  KubernetesObject,
  WorkloadState,
} from '../../src/clients/kubernetes/cluster.js'
import type {World} from '../../src/faults/fault.js'
import type {Pod, WorkloadRef} from '../../src/scenarios/kubernetes.js'
import {selects} from '../../src/scenarios/label-selector.js'
import type {Target} from '../../src/scenarios/target.js'
import type {Json} from '../../src/system/json.js'
import {jumpingClock} from './run-clock.js'
import {emptyWorld} from './run-world.js'

/** What a cluster holds; tests change it as others would. */
export interface Held {
  pods: Pod[]
  workloads: {ref: WorkloadRef; uid: string; selector: string; desired: number; version: number}[]
  nodes: ClusterNode[]
  budgets: DisruptionBudget[]
  objects: KubernetesObject[]
  /** What was asked of it that changes something, in order. */
  log: string[]
}

/** A Deployment of that many pods, with `app: NAME`. */
export const deployed = (name: string, desired: number): Held['workloads'][number] => ({
  ref: {kind: 'Deployment', name},
  uid: `uid-of-${name}`,
  selector: `app=${name}`,
  desired,
  version: 1,
})

/** A node that takes pods. */
export const openNode = (name: string): ClusterNode => ({
  name,
  uid: `uid-of-${name}`,
  ready: true,
  unschedulable: false,
  labels: {},
})

const isSame = (one: WorkloadRef, other: WorkloadRef): boolean =>
  one.kind === other.kind && 'name' in one && 'name' in other && one.name === other.name

const stateOf = (held: Held, ref: WorkloadRef): WorkloadState | undefined => {
  if (ref.kind === 'selector') return {ref, uid: '', resourceVersion: '', selector: ref.selector}
  const found = held.workloads.find((one) => isSame(one.ref, ref))
  return found && {...found, resourceVersion: String(found.version)}
}

const endPod = (held: Held, verb: string, name: string, uid: string) => {
  const pod = held.pods.find((one) => one.name === name)
  if (!pod) return {kind: 'gone' as const}
  if (pod.uid !== uid) return {kind: 'other' as const, uid: pod.uid}
  held.log.push(`${verb} ${name}`)
  held.pods = held.pods.map((one) => (one.uid === uid ? {...one, deleting: true} : one))
  return {kind: 'ending' as const}
}

const nodeObject = ({name, uid, unschedulable, labels}: ClusterNode, version: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {name, uid, labels, resourceVersion: version},
  spec: {unschedulable},
})

/** A merge patch of a node, as far as cordoning goes. */
const patchNode = (held: Held, name: string, change: Json): KubernetesObject => {
  const {metadata, spec} = change as {
    metadata: {labels: Record<string, string | null>}
    spec: {unschedulable: boolean | null}
  }
  const [node = openNode(name)] = held.nodes.filter((one) => one.name === name)
  const labels = Object.entries({...node.labels, ...metadata.labels}).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  )
  const changed = {...node, labels: Object.fromEntries(labels), unschedulable: spec.unschedulable === true}
  held.log.push(`${changed.unschedulable ? 'cordon' : 'uncordon'} ${name}`)
  held.nodes = held.nodes.map((one) => (one.name === name ? changed : one))
  return nodeObject(changed, '2')
}

/** A cluster in memory that does what it is told and nothing by itself. */
export const fakeCluster = (given: Partial<Held> = {}): {held: Held; cluster: Cluster} => {
  const held: Held = {pods: [], workloads: [], nodes: [], budgets: [], objects: [], log: [], ...given}
  const pods = async (selector = ''): Promise<Pod[]> =>
    held.pods.filter(({labels}) => selects(selector, labels))
  const find = (kind: string, name: string): KubernetesObject | undefined =>
    held.objects.find((one) => one.kind === kind && one.metadata.name === name)
  const cluster: Cluster = {
    namespace: 'shop',
    where: 'a cluster in memory',
    checkNamespace: async () => {},
    pods,
    watchPods: async (selector, onPods, signal) => {
      onPods(await pods(selector))
      await new Promise((resolve) => signal.addEventListener('abort', resolve, {once: true}))
    },
    workload: async (ref) => stateOf(held, ref),
    deletePod: async (name, {uid}) => endPod(held, 'delete', name, uid),
    evictPod: async (name, {uid}) => endPod(held, 'evict', name, uid),
    setScale: async (ref, replicas, version) => {
      const found = held.workloads.find((one) => isSame(one.ref, ref))
      if (!found || (version !== undefined && version !== String(found.version))) return 'changed meanwhile'
      held.log.push(`scale ${'name' in ref ? ref.name : ''} to ${replicas}`)
      Object.assign(found, {desired: replicas, version: found.version + 1})
      return 'set'
    },
    budgets: async () => held.budgets,
    nodes: async () => held.nodes,
    setUnschedulable: async () => {},
    review: async (rights) => rights.map((right) => ({right, allowed: true})),
    logs: async () => '',
    objects: {
      apply: async (manifest) => manifest,
      create: async (manifest) => {
        held.log.push(`create ${manifest.kind} ${manifest.metadata.name}`)
        held.objects.push(manifest)
        return manifest
      },
      read: async (_version, kind, name) => {
        const node = kind === 'Node' ? held.nodes.find((one) => one.name === name) : undefined
        return node ? nodeObject(node, '1') : find(kind, name)
      },
      list: async (_version, kind) => held.objects.filter((one) => one.kind === kind),
      patch: async (_version, _kind, name, change) => patchNode(held, name, change),
      remove: async (_version, kind, name) => {
        const before = held.objects.length
        held.objects = held.objects.filter((one) => one.kind !== kind || one.metadata.name !== name)
        return held.objects.length < before
      },
    },
  }
  return {held, cluster}
}

/** A world whose cluster this is, on a clock that jumps; what is noted goes to `notes`. */
export const clusterWorld = (
  cluster: Cluster,
  target: Target,
  more: Partial<World> = {},
): World & {notes: string[]} => {
  const notes: string[] = []
  return {
    ...emptyWorld(),
    target,
    clock: jumpingClock(),
    cluster: () => cluster,
    note: (message) => notes.push(message),
    notes,
    ...more,
  }
}
