import {connectRescue, type ToxiproxyRescue} from '../../clients/toxiproxy-rescue.js'
import {isSilence} from '../../clients/toxiproxy-transport.js'
import {EnvironmentError, messageOf} from '../../errors.js'
import type {World} from '../fault.js'
import type {Attempt, ProxyGoal} from './proxy-goal.js'
import {createAgain, freeProxy, removeStandIn} from './proxy-rescue.js'

/** No new try after this; one that is under way ends within some seconds more. */
const proxyLimitMs = 15_000

/** What was asked without an answer lands within this time of the server's next answers. */
const settleMs = 500
const longestPauseMs = 2_000

/** Ordinary calls take milliseconds, and one waited for in vain keeps an edge broken. A server that is only slow gets more. */
const callLimitsMs = [1_000, 2_500, 5_000]

/** One that is stuck answers not at all. */
const stuckLimitMs = 300

const rescueFor = (world: World, tries: number): ToxiproxyRescue =>
  connectRescue(world.toxiproxy().url, callLimitsMs[tries] ?? callLimitsMs.at(-1) ?? 0)

const begin = (goal: ProxyGoal, world: World): Attempt => {
  const known = world.found?.find(({name}) => name === goal.proxy)
  const others = known?.toxics.filter(({name}) => !name.startsWith(`${world.runId}_`)) ?? []
  const state = known && {...known, toxics: others}
  const rescue = rescueFor(world, 0)
  const begun = {mustOpen: false, deleted: false, wedged: false, uncertain: false}
  return {goal, world, rescue, state, opened: async () => {}, ...begun}
}

/**
 * Reaches the goal and reads back that it stays reached, or throws EnvironmentError within 20 s.
 *
 *   look ▸ plain call ▸ look ──▶ done        no answer from the proxy, but from the server ──▶ freeProxy ▸ look
 *    ▲────────── pause ◀── refused, unreachable, or the whole server hangs
 */
const reachGoal = async (goal: ProxyGoal, world: World): Promise<void> => {
  const {clock, signal} = world
  const attempt = begin(goal, world)
  const deadline = clock.now() + proxyLimitMs
  for (let tries = 0; ; tries++) {
    const pauseMs = Math.min(100 * 2 ** tries, longestPauseMs)
    attempt.rescue = rescueFor(world, tries)
    try {
      await tryOnce(attempt)
      return await attempt.opened()
    } catch (cause) {
      const late = new EnvironmentError(`It is not certain that ${goal.words}: ${messageOf(cause)}`, {cause})
      if (attempt.wedged || clock.now() + pauseMs > deadline) throw late
      await clock.sleep(pauseMs, signal).catch(() => {
        throw late
      })
    }
  }
}

/**
 * Reaches all goals; one that cannot be reached does not keep the others from it. Two faults on one proxy take turns: one
 * must not create again what the other has just taken out.
 */
export const reachGoals = async (goals: ProxyGoal[], world: World): Promise<void> => {
  const inTurn = world.inTurn ?? ((_, work) => work())
  const reached = goals.map((goal) => inTurn(`proxy ${goal.proxy}`, () => reachGoal(goal, world)))
  const failures = (await Promise.allSettled(reached)).flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  )
  if (failures.length === 1) throw failures[0]
  if (failures.length > 1)
    throw new EnvironmentError(failures.map(messageOf).join('; '), {cause: failures[0]})
}

const tryOnce = async (attempt: Attempt): Promise<void> => {
  try {
    await step(attempt)
  } catch (cause) {
    if (!isSilence(cause)) throw cause
    attempt.uncertain = true
    // A server that does not answer at all is only waited for: what is asked of it now would land later, in any order.
    if (!(await attempt.rescue.isAlive()) || (await answersNow(attempt))) throw cause
    await freeProxy(attempt)
    await step(attempt)
  }
  if (!attempt.uncertain) return
  await attempt.world.clock.sleep(settleMs, attempt.world.signal)
  await step(attempt)
}

/** Only the call was slow: that is no reason to drop anybody's connections. */
const answersNow = ({goal, rescue}: Attempt): Promise<boolean> =>
  connectRescue(rescue.url, stuckLimitMs)
    .proxy(goal.proxy)
    .then(
      () => true,
      () => false,
    )

/** Looks, makes the plain call where it is needed, and looks again. */
const step = async (attempt: Attempt): Promise<void> => {
  const {goal, rescue, world, mustOpen} = attempt
  const state = await rescue.proxy(goal.proxy)
  if (!state) return await createAgain(attempt)
  attempt.state = mustOpen ? {...state, enabled: true} : state
  if (goal.isMet(state)) attempt.uncertain = true
  else await goal.plainly(rescue, state)
  if (mustOpen && !state.enabled) {
    await removeStandIn(goal.proxy, rescue, world)
    await rescue.setEnabled(goal.proxy, true)
  }
  const after = await rescue.proxy(goal.proxy)
  if (after && !(goal.isMet(after) && (after.enabled || !mustOpen)))
    throw new EnvironmentError(`proxy ${goal.proxy} still shows otherwise`)
}
