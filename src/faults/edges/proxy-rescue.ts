import type {ProxyState} from '../../clients/toxiproxy.js'
import type {ToxiproxyRescue} from '../../clients/toxiproxy-rescue.js'
import {isSilence} from '../../clients/toxiproxy-transport.js'
import {EnvironmentError} from '../../errors.js'
import type {World} from '../fault.js'
import type {Attempt} from './proxy-goal.js'

/** Connections of a closed proxy end within this time; deleting a toxic before that hung 1 time in 12. */
const closingMs = 100

/** A client that reads on frees its proxy; longer than this, new connections must not be refused. */
const wedgedLimitMs = 3_000

/** Resolves to undefined for a call that got no answer. */
const unlessSilent = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call
  } catch (thrown) {
    if (isSilence(thrown)) return undefined
    throw thrown
  }
}

/**
 * Frees a proxy whose calls hang because a client does not read, in the one order that was found safe on 2.12:
 *
 *   close it ▸ 100 ms ▸ can it be changed? ── yes ▸ does it answer again? ── yes ▸ (the caller opens it)
 *   no new client gets in │                                              └── no ▸ delete it, create it as it was
 *                         └── no: a new client got in before. Deleting would freeze the whole API: a stand-in takes over
 */
export const freeProxy = async (attempt: Attempt): Promise<void> => {
  const {goal, rescue, world, state} = attempt
  const {proxy} = goal
  if (!state) {
    throw new EnvironmentError(`proxy ${proxy} does not answer, and what it was before is not known`, {
      cause: new Error('no snapshot'),
    })
  }
  await close(attempt, state)
  if (!(await becomesChangeable(proxy, rescue, world))) {
    attempt.wedged = true
    await standIn(goal.wanted(state), rescue, world)
    throw new EnvironmentError(
      `proxy ${proxy} hangs for good, and only a restart of Toxiproxy frees it; a stand-in on ${state.listen} serves ` +
        'its edge until then',
    )
  }
  if (await unlessSilent(rescue.proxy(proxy))) return
  attempt.deleted = true
  await rescue.deleteProxy(proxy)
  await putBack(attempt, state)
  world.note?.(
    `proxy ${proxy} hung: it was deleted and created again as it was; its connections were dropped`,
  )
}

/** From here on no new client gets in. Its end is on disk first: whoever comes after us opens it again. */
const close = async (attempt: Attempt, {enabled}: ProxyState): Promise<void> => {
  if (attempt.mustOpen || !enabled) return
  attempt.mustOpen = true
  const {goal, rescue, world} = attempt
  const inverse = {proxies: [goal.proxy], again: [goal.proxy]}
  const opened = await world.intend?.(`${goal.proxy}-closed`, 'down', inverse)
  if (opened) attempt.opened = opened
  // The reply hangs with the toxics; the listener is closed all the same.
  await unlessSilent(rescue.setEnabled(goal.proxy, false))
  await world.clock.sleep(closingMs, world.signal)
}

const becomesChangeable = async (proxy: string, rescue: ToxiproxyRescue, world: World): Promise<boolean> => {
  const deadline = world.clock.now() + wedgedLimitMs
  while (!(await rescue.isChangeable(proxy))) {
    if (world.clock.now() > deadline) return false
    await world.clock.sleep(closingMs, world.signal)
  }
  return true
}

/** Half a proxy is worse than none: what could not be put back whole is deleted, and tried again. */
const putBack = async ({goal, rescue}: Attempt, state: ProxyState): Promise<void> => {
  try {
    await rescue.putBack(goal.wanted(state))
  } catch (cause) {
    if (!isTaken(cause)) await rescue.deleteProxy(goal.proxy).catch(() => {})
    throw cause
  }
}

/** Somebody else was quicker. */
const isTaken = (thrown: unknown): boolean =>
  thrown instanceof Error && 'status' in thrown && thrown.status === 409

/**
 * The proxy is not there. One that somebody removed stays so; one that we deleted, or that was lost with all others when
 * Toxiproxy was restarted, is created as it was.
 */
export const createAgain = async (attempt: Attempt): Promise<void> => {
  const {goal, rescue, world, state} = attempt
  if (!state) return
  if (attempt.deleted || goal.mayBeDeletedByUs) {
    await putBack(attempt, state)
    return
  }
  if (Object.keys(await rescue.proxies()).length > 0) {
    world.note?.(`proxy ${goal.proxy} is gone: somebody removed it, and the fault with it`)
    return
  }
  const ours = new Set(Object.values(world.target.edges).flatMap(({proxies}) => proxies))
  const lost = (world.found ?? []).filter(({name}) => ours.has(name))
  for (const proxy of lost) await rescue.putBack(proxy)
  const names = lost.map(({name}) => name).join(', ')
  world.note?.(`Toxiproxy came back empty: ${names} created again as the run found them`)
}

const standInName = (proxy: string, {runId}: World): string => `${runId}_${proxy}`

/** A proxy of another name on the same address: the stuck one has let go of it. */
const standIn = async (state: ProxyState, rescue: ToxiproxyRescue, world: World): Promise<void> => {
  const name = standInName(state.name, world)
  if (await rescue.proxy(name)) return
  await rescue.putBack({...state, name})
  world.note?.(`proxy ${state.name} hangs for good: ${name} stands in for it on ${state.listen}`)
}

/** Makes room for the proxy that it stood in for. */
export const removeStandIn = async (proxy: string, rescue: ToxiproxyRescue, world: World): Promise<void> => {
  const name = standInName(proxy, world)
  if (await rescue.proxy(name)) await rescue.deleteProxy(name)
}
