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

/** The pods that are that object's own now, where several share labels. */
export const podsNowOf = async (
  {ref, selector, uid}: {ref: WorkloadRef; selector: string; uid: string},
  {cluster}: Pick<World, 'cluster'>,
): Promise<Pod[]> => (await cluster().pods(selector)).filter((pod) => belongsTo(ref, uid, pod))

/** Looks at the pods as they are now. Throws UserError when the workload is gone, EnvironmentError when nobody can look. */
export const lookAround = async (asked: PodsAsked, world: World): Promise<Around> => {
  const {cluster, target} = world
  const ref = refOf(asked, target)
  const state = await stateOf(ref, world)
  // Of a selector's pods, the others of their controllers count as well: half of a workload is half of all of it. What the
  // target calls a workload is all of it.
  const isLoose = asked.workload === undefined
  const found = isLoose ? await cluster().pods() : await podsNowOf(state, world)
  const mine = isLoose ? found.filter(({labels}) => selects(state.selector, labels)) : found
  if (mine.length === 0) await cluster().checkNamespace()
  return {ref, state, mine, all: found}
}
