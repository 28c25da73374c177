import {UserError} from '../../errors.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import {optsOut, protectAnnotation, refuseUncontrolled} from '../pods/protection.js'

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

const mirror = 'kubernetes.io/config.mirror'

/** As `kubectl drain` sees it, and more careful: a pod without a controller would be lost, so it is never evicted. */
const fateOf = ({annotations, controller, deleting, phase}: Pod): DrainFate => {
  if (phase === 'Succeeded' || phase === 'Failed') return 'over'
  if (mirror in annotations || controller?.kind === 'DaemonSet' || controller?.kind === 'Node') return 'stays'
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
