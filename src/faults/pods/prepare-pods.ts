import {UserError} from '../../errors.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import type {Aimed, World} from '../fault.js'
import {checkHold, namesOf} from './aim-pods.js'
import {candidatesOf, choosePods, isThere} from './choose-pods.js'
import {
  refuseOverBudget,
  refuseProtected,
  refuseProtectedPods,
  refuseSeveralBudgets,
  refuseTooMuch,
} from './guards.js'
import {type Around, lookAround} from './look-around.js'
import type {PodsAsked} from './pods-asked.js'
import type {PodsInverse} from './pods-inverse.js'
import {refuseSystem} from './protection.js'
import {isScalable, noteScale, type Scaling} from './scaling.js'
import {oneAtATime, withoutSpokenFor} from './spoken-for.js'
import {takingsOf} from './takings.js'

/** So many are taken at one moment. */
const atOnce = ({order}: PodsAsked, victims: number): number => (order === 'one-by-one' ? 1 : victims)

const noteOthers = (
  {id, aim}: Pick<Aimed<unknown>, 'id' | 'aim'>,
  victims: readonly Pod[],
  {note}: World,
): void => {
  const names = victims.map(({name}) => name)
  const gone = aim.replicas.filter((name) => !names.includes(name))
  const others = victims.filter(({name}) => !aim.replicas.includes(name))
  if (gone.length === 0 && others.length === 0) return
  const went =
    gone.length > 0 ? `${namesOf(gone.map((name) => ({name})))} not there any more` : 'more pods are there'
  const instead = others.length > 0 ? `hits ${namesOf(others)} by the same rule` : 'hits the others'
  note?.(`${id}: since it was planned, ${went}: ${instead}`)
}

const hold = async ({ref, state, mine}: Around, victims: readonly Pod[], world: World): Promise<Scaling> => {
  if (!isScalable(ref)) throw new UserError('Only what can be scaled can be held down')
  // Which pod goes when it is scaled lower is its controller's choice.
  refuseProtectedPods(mine.filter(isThere))
  const lower = (was: number): number => was - victims.length
  if (lower(state.desired ?? 0) < 0)
    throw new UserError(
      `${ref.name} is to have ${state.desired} pods, and ${victims.length} are to be held down`,
      {
        hint: 'Somebody scales it down just now: run again when that is over.',
      },
    )
  return await noteScale(ref, lower, world)
}

/**
 * Looks at the pods that are there now, chooses by the same rule, and enforces every guard against them. Changes nothing.
 * Throws UserError when a guard refuses.
 */
export const preparePods = (
  fault: Pick<Aimed<unknown>, 'id' | 'aim'>,
  asked: PodsAsked,
  world: World,
): Promise<PodsInverse> => oneAtATime(world, () => prepareAlone(fault, asked, world))

const prepareAlone = async (
  fault: Pick<Aimed<unknown>, 'id' | 'aim'>,
  asked: PodsAsked,
  world: World,
): Promise<PodsInverse> => {
  refuseSystem(world.cluster().namespace)
  const found = await lookAround(asked, world)
  checkHold(asked, found.ref)
  const mine = withoutSpokenFor(found.mine, fault.id, world)
  const around = {...found, mine, all: withoutSpokenFor(found.all, fault.id, world)}
  const {ref, state, all} = around
  const victims = choosePods(asked, candidatesOf(asked, mine), fault.aim.draw ?? 0, fault.aim.replicas)
  await refuseProtected(ref, victims, world)
  refuseTooMuch(takingsOf(asked, victims, all), world)
  if (!asked.evict && !asked.force) await refuseOverBudget(victims, atOnce(asked, victims.length), world)
  if (asked.evict) await refuseSeveralBudgets(victims, world)
  const held = asked.hold ? await hold(around, victims, world) : null
  const uids = new Set(victims.map(({uid}) => uid))
  world.blastRadius?.take(fault.id, {pods: victims.length, uids: [...uids]})
  noteOthers(fault, victims, world)
  return {
    ref,
    uid: state.uid,
    selector: state.selector,
    ready: mine.filter((pod) => pod.ready && isThere(pod)).length,
    readyWithinMs: asked.readyWithinMs,
    victims: Object.fromEntries(victims.map(({name, uid}) => [name, uid])),
    restarts: mine.filter(({uid}) => !uids.has(uid)).reduce((sum, {restarts}) => sum + restarts, 0),
    held,
  }
}
