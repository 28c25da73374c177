import type {Cluster} from '../../clients/kubernetes/cluster.js'
import {inWords} from '../../clients/kubernetes/scale.js'
import {UserError} from '../../errors.js'
import type {KubernetesNode, Pod, WorkloadRef} from '../../scenarios/kubernetes.js'
import type {Target, Workload} from '../../scenarios/target.js'

/** Those that serve, or are about to: neither finished nor on their way out. */
const isThere = ({phase, deleting}: Pod): boolean => phase !== 'Succeeded' && phase !== 'Failed' && !deleting

/** What a Deployment writes on its pods: the hash in the name of their ReplicaSet. */
const hashLabel = 'pod-template-hash'

/**
 * Whether the pod belongs to that very object, where several share labels. A Deployment owns its pods by way of a
 * ReplicaSet, whose name is its own and the hash that they carry; ReplicaSets of others may be called alike.
 */
export const belongsTo = (ref: WorkloadRef, uid: string, {controller, labels}: Pod): boolean => {
  if (ref.kind === 'selector') return true
  if (ref.kind !== 'Deployment') return controller?.uid === uid
  const hash = labels[hashLabel]
  return controller?.kind === 'ReplicaSet' && hash !== undefined && controller.name === `${ref.name}-${hash}`
}

const missing = (workload: string, ref: WorkloadRef, {where}: Cluster): UserError =>
  new UserError(`workloads.${workload}: there is no ${inWords(ref)} (${where})`, {
    hint: ref.kind === 'selector' ? '' : `See: kubectl get ${ref.kind.toLowerCase()}s`,
  })

/** A selector that is right matches some pods, and not simply all. */
const checkSelector = (name: string, own: readonly Pod[], all: readonly Pod[], {where}: Cluster): void => {
  if (own.length === 0) {
    throw new UserError(`workloads.${name}: its selector matches no pod (${where})`, {
      hint: 'See which labels there are: kubectl get pods --show-labels',
    })
  }
  if (own.length === all.length) {
    throw new UserError(
      `workloads.${name}: its selector matches every pod of the namespace, all ${all.length} (${where})`,
      {hint: 'What is broken must be chosen: name a deployment, or a selector that matches fewer.'},
    )
  }
}

/** The pods of one workload, all that carry its labels and are its own: oldest first. */
const lookAtWorkload = async (cluster: Cluster, name: string, object: WorkloadRef): Promise<Pod[]> => {
  const state = await cluster.workload(object)
  if (state === undefined) throw missing(name, object, cluster)
  const pods = await cluster.pods(state.selector)
  return pods.filter((pod) => belongsTo(object, state.uid, pod))
}

const nodeOf = ({name, labels, ready, unschedulable}: KubernetesNode): KubernetesNode => ({
  name,
  labels,
  ready,
  unschedulable,
})

/**
 * Fills in which pods the target's workloads have now, all pods of its namespace and the nodes; changes nothing. Throws
 * EnvironmentError when the namespace is not there, UserError when a workload is not, or its selector matches no pod, or
 * all of them and there are other workloads.
 */
export const lookAtPods = async (target: Target, cluster: Cluster): Promise<Target> => {
  await cluster.checkNamespace()
  // With rights inside the namespace alone nodes cannot be listed; what needs them says so.
  const [pods, nodes] = await Promise.all([cluster.pods(), cluster.nodes().catch(() => undefined)])
  const alone = Object.keys(target.workloads).length === 1
  const look = async ([name, workload]: [string, Workload]): Promise<[string, Workload]> => {
    const {object} = workload
    if (object === undefined) return [name, workload]
    const own = await lookAtWorkload(cluster, name, object)
    const there = own.filter(isThere)
    if (object.kind === 'selector') checkSelector(name, there, alone ? [] : pods.filter(isThere), cluster)
    return [name, {...workload, replicas: there.map((pod) => pod.name), pods: own}]
  }
  const workloads = await Promise.all(Object.entries(target.workloads).map(look))
  const seen = {pods, ...(nodes && {nodes: nodes.map(nodeOf)})}
  return {
    ...target,
    workloads: Object.fromEntries(workloads),
    ...(target.kubernetes && {kubernetes: {...target.kubernetes, ...seen}}),
  }
}
