import {isDeepStrictEqual} from 'node:util'
import type {ProxyState, Toxic, ToxiproxyClient} from '../clients/toxiproxy.js'
import type {Plan} from '../plan/plan.js'
import type {Clock} from '../system/clock.js'
import type {RunEvent} from './record.js'

const pollMs = 500

interface ProxyWatch {
  plan: Plan
  runId: string
  toxiproxy: ToxiproxyClient
  clock: Clock
  signal: AbortSignal
  record(event: RunEvent): void
}

/**
 * Writes down every proxy of the target's edges as it is now, and each time that it has changed, until the signal aborts:
 * by whom is for the verdict to tell. Toxics of our own whose strength varies are left out, as they change all the time.
 */
export const watchProxies = async ({
  plan,
  runId,
  toxiproxy,
  clock,
  signal,
  record,
}: ProxyWatch): Promise<void> => {
  const names = [...new Set(Object.values(plan.target.edges).flatMap(({proxies}) => proxies))]
  const varying = new Set(plan.faults.flatMap(({id, levels}) => (levels ? [`${runId}_${id}`] : [])))
  const steady = ({name}: Toxic): boolean => !varying.has(name)
  const known = new Map<string, ProxyState | undefined>()
  for (;;) {
    // One look that fails shows nothing: a server that hangs is told by the faults.
    const all = await toxiproxy.proxies().catch(() => undefined)
    signal.throwIfAborted()
    for (const proxy of all ? names : []) {
      const found = all?.[proxy]
      const state = found && {...found, toxics: found.toxics.filter(steady)}
      if (known.has(proxy) && isDeepStrictEqual(known.get(proxy), state)) continue
      known.set(proxy, state)
      record({kind: 'event', atMs: clock.now(), event: 'proxy', proxy, ...(state && {state: bare(state)})})
    }
    await clock.sleep(pollMs, signal)
  }
}

const bare = ({listen, upstream, enabled, toxics}: ProxyState): Omit<ProxyState, 'name'> => ({
  listen,
  upstream,
  enabled,
  toxics,
})
