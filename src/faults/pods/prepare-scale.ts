import {UserError} from '../../errors.js'
import type {Taking} from '../../plan/plan.js'
import type {World} from '../fault.js'
import {isThere} from './choose-pods.js'
import {refuseProtectedPods} from './guards.js'
import {podsNowOf, refInWords, stateOf} from './look-around.js'
import type {ReadyAgain} from './ready-again.js'
import {noteScale, type Scalable, type Scaling} from './scaling.js'
import {withoutSpokenFor} from './spoken-for.js'
import {scaleTaking} from './takings.js'

/** What undo of a scaling needs; data, for the journal. */
export type ScaleInverse = ReadyAgain & {scaling: Scaling}

/** What was asked for. */
interface ScaleAsked {
  workload: string
  to: number
  'ready-within': number
}

/** Reads what the workload is scaled to now. Throws UserError when it is that already, or somebody else scales it. */
export const prepareScale = async (
  id: string,
  ref: Scalable,
  {workload, to, 'ready-within': readyWithinMs}: ScaleAsked,
  world: World,
): Promise<{inverse: ScaleInverse; taking: Taking}> => {
  const scaling = await noteScale(ref, () => to, world)
  if (scaling.was === to)
    throw new UserError(`${refInWords(ref)} is scaled to ${to} already: that changes nothing`, {
      hint: 'Ask for another number; or find out who scaled it since the plan was made.',
    })
  const {uid, selector} = await stateOf(ref, world)
  const pods = withoutSpokenFor(await podsNowOf({ref, uid, selector}, world), id, world)
  // Which pod goes is its controller's choice.
  if (to < scaling.was) refuseProtectedPods(pods.filter(isThere))
  const ready = pods.filter((pod) => pod.ready && isThere(pod)).length
  return {
    inverse: {ref, uid, selector, ready, readyWithinMs, victims: {}, scaling},
    taking: scaleTaking(workload, pods, scaling.was, to),
  }
}
