import {UserError} from '../../errors.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import type {World} from '../fault.js'
import {refuseProtected} from '../pods/guards.js'
import {isStatic, optsOut, protectAnnotation, refuseUncontrolled} from '../pods/protection.js'
import type {PodsByWorkload} from './workload-pods.js'

/** What becomes of a pod when its node is drained. */
export type DrainFate =
  | 'evict'
  /** A DaemonSet would put it back at once, and a static pod is the kubelet's own. */
  | 'stays'
  /** It is on its way already. */
  | 'ending'
  /** It has ended. */
  | 'over'
  /** Nobody would replace it. */
  | 'alone'
  /** Its annotation says that it is not to be touched. */
  | 'protected'

/** As `kubectl drain` sees it, and more careful: a pod without a controller would be lost, so it is never evicted. */
const fateOf = (pod: Pod): DrainFate => {
  const {annotations, controller, deleting, phase} = pod
  if (phase === 'Succeeded' || phase === 'Failed') return 'over'
  if (isStatic(pod) || controller?.kind === 'DaemonSet') return 'stays'
  if (optsOut(annotations)) return 'protected'
  if (deleting) return 'ending'
  return controller ? 'evict' : 'alone'
}

/** The pods on these nodes, by what becomes of them. */
export const sortByFate = (pods: readonly Pod[], nodes: readonly string[]): Record<DrainFate, Pod[]> => {
  const fates: Record<DrainFate, Pod[]> = {
    evict: [],
    stays: [],
    ending: [],
    over: [],
    alone: [],
    protected: [],
  }
  for (const pod of pods) if (pod.node !== undefined && nodes.includes(pod.node)) fates[fateOf(pod)].push(pod)
  return fates
}

/** Throws UserError when a workload of which pods would go, or the namespace, opts out. */
export const refuseProtectedWorkloads = async (
  pods: PodsByWorkload,
  victims: readonly Pod[],
  world: World,
): Promise<void> => {
  for (const [name, own] of Object.entries(pods)) {
    const ref = world.target.workloads[name]?.object
    const hit = own.filter(({uid}) => victims.some((victim) => victim.uid === uid))
    if (ref && hit.length > 0) await refuseProtected(ref, hit, world)
  }
}

/** Throws UserError when one of the pods must not be touched: to leave it would be no drain. */
export const refuseForbidden = ({alone, protected: kept}: Record<DrainFate, Pod[]>): void => {
  refuseUncontrolled(alone)
  const [first] = kept
  if (!first) return
  throw new UserError(
    `Pod ${first.name} on ${first.node} is protected (annotation ${protectAnnotation}: "true")`,
    {
      hint: 'A drain would evict it. Choose a node without it, or take the annotation away.',
    },
  )
}
