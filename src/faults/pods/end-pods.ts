import type {PodEnding} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError, UserError} from '../../errors.js'
import type {Aimed, World} from '../fault.js'
import {hitInTurn} from '../processes/in-turn.js'
import {isThere} from './choose-pods.js'
import {refuseOverBudget, refuseTooMuch} from './guards.js'
import {lookAround} from './look-around.js'
import type {PodsAsked} from './pods-asked.js'
import type {PodsInverse} from './pods-inverse.js'
import {scaleTo} from './scaling.js'
import {isBack, type Sight} from './sight.js'
import {takingsOf} from './takings.js'

/** As `kubectl drain` does. */
const evictAgainMs = 5_000
/** Whoever looks last needs some time before the fault ends. */
const lookMs = 1_500
/** A budget, or readiness, is counted a moment after the pods are ready. */
const guardPatienceMs = 10_000
const guardPauseMs = 1_000
/** So many deletions are under way at once. */
const side = 16

interface Ending {
  asked: PodsAsked
  inverse: PodsInverse
  world: World
  sight: Sight
  /** The fault's id, for notes. */
  id: string
  /** Epoch ms. */
  endMs: number
}

const endOne = async (name: string, {asked, inverse, world}: Ending): Promise<PodEnding> => {
  const uid = inverse.victims[name] ?? ''
  const graceSeconds = asked.graceMs === undefined ? undefined : asked.graceMs / 1000
  const how = {uid, graceSeconds}
  return asked.evict ? await world.cluster().evictPod(name, how) : await world.cluster().deletePod(name, how)
}

const miss = (name: string, {id, sight, world}: Ending): void => {
  sight.missed.add(name)
  world.note?.(`${id}: ${name} had gone before it was to be hit; no other is hit in its place`)
}

/** Deletes a pod, or asks for its eviction until that is granted or the time is over. */
const end = async (name: string, ending: Ending): Promise<void> => {
  const {asked, world, sight, id, endMs} = ending
  for (;;) {
    world.signal.throwIfAborted()
    const became = await endOne(name, ending)
    if (became.kind === 'gone' || became.kind === 'other') miss(name, ending)
    if (became.kind !== 'refused') {
      sight.refusals.delete(name)
      return
    }
    if (!asked.evict) throw new EnvironmentError(`Pod ${name} cannot be deleted: ${became.why}`)
    if (!sight.refusals.has(name))
      world.note?.(`${id}: the eviction of ${name} is refused, and asked for again every 5 s: ${became.why}`)
    sight.refusals.set(name, became.why)
    if (world.clock.now() + evictAgainMs > endMs - lookMs) return
    await world.clock.sleep(evictAgainMs, world.signal)
  }
}

/** All at once, a number of them at a time; the first failure counts when all have been tried. */
const endTogether = async (ending: Ending): Promise<void> => {
  const left = Object.keys(ending.inverse.victims)
  const failures: unknown[] = []
  const lane = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift())
      await end(name, ending).catch((cause: unknown) => failures.push(cause))
  }
  // A refused eviction keeps its lane for as long as it is asked for again: each has one of its own.
  const lanes = ending.asked.evict ? left.length : Math.min(side, left.length)
  await Promise.all(Array.from({length: lanes}, lane))
  if (failures.length > 0) throw failures[0]
}

/**
 * The guards once more, against what is there at this victim's turn; they get a moment to see what is ready again. False
 * when the victim itself is there no more.
 */
const checkTurn = async (name: string, {asked, world, inverse}: Ending): Promise<boolean> => {
  const untilMs = world.clock.now() + guardPatienceMs
  for (;;) {
    const {mine, all} = await lookAround(asked, world)
    const victims = mine.filter((pod) => pod.uid === inverse.victims[name] && isThere(pod))
    if (victims.length === 0) return false
    try {
      refuseTooMuch(takingsOf(asked, victims, all), world)
      if (!asked.evict && !asked.force) await refuseOverBudget(victims, 1, world)
      return true
    } catch (cause) {
      if (!(cause instanceof UserError) || world.clock.now() >= untilMs) throw cause
      await world.clock.sleep(guardPauseMs, world.signal)
    }
  }
}

const endInTurn = async (ending: Ending, lastsMs: number): Promise<void> => {
  const {asked, inverse, world, sight, id} = ending
  const victims = Object.keys(inverse.victims)
  await hitInTurn(
    {
      id,
      order: asked.order,
      every: asked.every,
      victims,
      lastsMs,
      hit: async (name) => {
        if (name === victims[0] || (await checkTurn(name, ending))) await end(name, ending)
        else miss(name, ending)
      },
      isBack: async (name) => isBack(inverse, [name], sight.pods ?? []),
    },
    world,
  )
}

/**
 * Deletes or evicts the victims, each with its uid as precondition: no other pod of the same name is ever hit. What is
 * held down is scaled lower right after, so that what goes is the replacement that was just made.
 */
export const endPods = async (
  {id, startMs, endMs}: Pick<Aimed<unknown>, 'id' | 'startMs' | 'endMs'>,
  asked: PodsAsked,
  inverse: PodsInverse,
  world: World,
  sight: Sight,
): Promise<void> => {
  const lastsMs = endMs - startMs
  const ending = {asked, inverse, world, sight, id, endMs: sight.beganMs + lastsMs}
  if (asked.order === 'one-by-one') await endInTurn(ending, lastsMs)
  else await endTogether(ending)
  if (inverse.held) await scaleTo(inverse.held, world)
  sight.over = true
}
