import type {WorkloadState} from '../../clients/kubernetes/cluster.js'
import {UserError} from '../../errors.js'
import type {Pod, WorkloadRef} from '../../scenarios/kubernetes.js'
import {selects} from '../../scenarios/label-selector.js'
import {belongsTo} from '../../targets/kubernetes/look-at-pods.js'
import type {World} from '../fault.js'
import {refOf} from './aim-pods.js'
import type {PodsAsked} from './pods-asked.js'

/** What is there now of what a fault asks for. */
export interface Around {
  ref: WorkloadRef
  state: WorkloadState
  /** The pods that are chosen among. */
  mine: Pod[]
  /** With those of the same controllers that the selector leaves out. */
  all: Pod[]
}

/** `deployment web`, `selector app=web`, as kubectl takes it. */
export const refInWords = (ref: WorkloadRef): string =>
  ref.kind === 'selector' ? `selector ${ref.selector}` : `${ref.kind.toLowerCase()} ${ref.name}`

/** The workload as it is now; throws UserError when there is no such object. */
export const stateOf = async (ref: WorkloadRef, {cluster}: World): Promise<WorkloadState> => {
  const state = await cluster().workload(ref)
  if (state) return state
  throw new UserError(`There is no ${refInWords(ref)} (${cluster().where})`, {
    hint: 'Correct its kind and name in the target file: kubectl get deployments,statefulsets,daemonsets tells.',
  })
}

/** Looks at the pods as they are now. Throws UserError when the workload is gone, EnvironmentError when nobody can look. */
export const lookAround = async (asked: PodsAsked, world: World): Promise<Around> => {
  const {cluster, target} = world
  const ref = refOf(asked, target)
  const state = await stateOf(ref, world)
  // Of a selector's pods, the others of their controllers count as well: half of a workload is half of all of it.
  const all = await cluster().pods(ref.kind === 'selector' ? undefined : state.selector)
  const mine = all.filter((pod) =>
    ref.kind === 'selector' ? selects(ref.selector, pod.labels) : belongsTo(ref, state.uid, pod),
  )
  if (mine.length === 0) await cluster().checkNamespace()
  return {ref, state, mine, all: ref.kind === 'selector' ? all : mine}
}
