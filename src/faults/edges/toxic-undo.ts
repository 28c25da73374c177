import type {Target} from '../../scenarios/target.js'
import {byHand} from '../cluster/by-hand.js'
import type {World} from '../fault.js'
import type {ProxyGoal} from './proxy-goal.js'
import {reachGoals} from './proxy-undo.js'
import type {ToxicInverse} from './toxic-fault.js'

/** The removal of a `reset_peer` waits for resets that are under way: up to its own timeout. */
const longestResetMs = 10_000

/** `open`: it was open, and may have been left closed by an injection that never ended. */
const isGone = (toxic: string, proxy: string, open: boolean): ProxyGoal => ({
  proxy,
  words: `toxic ${toxic} is gone from proxy ${proxy}`,
  isMet: ({toxics, enabled}) => (enabled || !open) && !toxics.some(({name}) => name === toxic),
  wanted: (state) => ({
    ...state,
    enabled: state.enabled || open,
    toxics: state.toxics.filter(({name}) => name !== toxic),
  }),
  plainly: async (rescue, {toxics, enabled}) => {
    const resetMs = Number(toxics.find(({type}) => type === 'reset_peer')?.attributes['timeout'] ?? 0)
    await rescue.removeToxic(proxy, toxic, Math.min(resetMs, longestResetMs))
    if (open && !enabled) await rescue.setEnabled(proxy, true)
  },
})

/**
 * Takes the toxic out of each proxy and reads back that it stays out: an add that got no answer may still land. What
 * others put there stays. Throws EnvironmentError when it is not certain within 20 s per proxy.
 */
export const undoToxic = async ({toxic, proxies, reopen = []}: ToxicInverse, world: World): Promise<void> =>
  await reachGoals(
    proxies.map((proxy) => isGone(toxic, proxy, reopen.includes(proxy))),
    world,
  )

/** For a person at a shell: one call per proxy, and what is left to do when even that hangs. */
export const toxicRemedy = ({toxic, proxies}: ToxicInverse, target: Target): string => {
  const {first, url} = byHand('toxiproxy', target)
  const calls = proxies.map(
    (proxy) => `curl -m 5 -X DELETE ${url}/proxies/${encodeURIComponent(proxy)}/toxics/${toxic}`,
  )
  return `${first}${calls.join('; ')} (if that hangs, restart Toxiproxy: no toxic survives that)`
}
