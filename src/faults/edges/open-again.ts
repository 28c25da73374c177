import type {World} from '../fault.js'
import type {ProxyGoal} from './proxy-goal.js'
import {removeStandIn} from './proxy-rescue.js'
import {reachGoals} from './proxy-undo.js'

const isOpen = (proxy: string, mayBeDeletedByUs: boolean, world: World): ProxyGoal => ({
  proxy,
  words: `proxy ${proxy} is open again`,
  isMet: ({enabled}) => enabled,
  wanted: (state) => ({...state, enabled: true}),
  plainly: async (rescue) => {
    await removeStandIn(proxy, rescue, world)
    await rescue.setEnabled(proxy, true)
  },
  mayBeDeletedByUs,
})

/**
 * Opens closed proxies and reads back that they stay open; one that somebody removed stays so. `again` names those of
 * them that an undo may have deleted: they are created as the run found them. Goes on past a proxy that cannot be opened,
 * and throws EnvironmentError for it at the end, within 20 s per proxy.
 */
export const openAgain = async (
  proxies: readonly string[],
  world: World,
  again: readonly string[] = [],
): Promise<void> =>
  await reachGoals(
    proxies.map((proxy) => isOpen(proxy, again.includes(proxy), world)),
    world,
  )
