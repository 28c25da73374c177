import type {ProxyState} from '../../clients/toxiproxy.js'
import type {World} from '../../faults/fault.js'
import {foreignChanges} from './foreign-changes.js'
import {refuseForeignRuns} from './target-lock.js'

/**
 * The target's proxies as they are before the first change: what undo falls back to when it can no longer ask. Throws
 * EnvironmentError when another run has faults on them.
 */
export const findProxies = async ({target, toxiproxy}: World): Promise<ProxyState[]> => {
  if (!target.toxiproxy) return []
  const names = new Set(Object.values(target.edges).flatMap(({proxies}) => proxies))
  const all = await toxiproxy().proxies()
  const found = Object.values(all).filter(({name}) => names.has(name))
  refuseForeignRuns(found, target.toxiproxy.url)
  return found
}

/** What somebody else changed about them; a Toxiproxy that does not answer any more is told by what needed it. */
export const changesSince = async (
  found: readonly ProxyState[],
  {runId, toxiproxy}: World,
): Promise<string[]> => {
  if (found.length === 0) return []
  try {
    return foreignChanges(found, await toxiproxy().proxies(), runId)
  } catch {
    return []
  }
}
