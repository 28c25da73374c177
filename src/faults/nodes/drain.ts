import type {World} from '../fault.js'
import {sortByFate} from './evictable.js'
import {eachOnce, openPods} from './workload-pods.js'

/** A refused eviction is asked for again after this long, and a pod that ends is looked at as often. */
const pollMs = 1_000
const againMs = 3_000

/** What a drain did. */
export interface Drained {
  /** Names of pods that are on their way. */
  evicted: string[]
  /** Names of pods that are still there, and what was said last. */
  refused: Record<string, string>
}

/** What is drained, and how. */
export interface Drain {
  nodes: readonly string[]
  graceSeconds?: number | undefined
  /** Of the pods that were counted: what came since is another's affair, or the next drain's. */
  uids: ReadonlySet<string>
  /** Epoch ms at which it gives up. */
  untilMs: number
}

/**
 * Asks the pods of the target's workloads on the nodes to go, through the Eviction API; those that a disruption budget refuses
 * again and again, as `kubectl drain` does, until all are gone or the time is over. Never a DaemonSet's, never a static
 * one.
 *
 *   a ▸ evicted ─────────── gone
 *   b ▸ refused (budget) … a's replacement is ready … ▸ evicted ──── gone
 */
export const drainNodes = async (drain: Drain, world: World): Promise<Drained> => {
  const {clock, signal, cluster, note} = world
  const pods = await openPods(world)
  const evicted = new Set<string>()
  const refused = new Map<string, {why: string; againMs: number}>()
  for (;;) {
    const counted = eachOnce(await pods()).filter(({uid}) => drain.uids.has(uid))
    const {evict, ending} = sortByFate(counted, drain.nodes)
    const names = new Set(evict.map(({name}) => name))
    for (const name of refused.keys()) if (!names.has(name)) refused.delete(name)
    if (evict.length + ending.length === 0) break
    for (const {name, uid} of evict) {
      const earlier = refused.get(name)
      if (earlier && clock.now() < earlier.againMs) continue
      signal.throwIfAborted()
      const outcome = await cluster().evictPod(name, {uid, graceSeconds: drain.graceSeconds})
      if (outcome.kind === 'refused') {
        if (!earlier) note?.(`eviction of ${name} is refused: ${outcome.why}; asking again`)
        refused.set(name, {why: outcome.why, againMs: clock.now() + againMs})
      } else {
        refused.delete(name)
        if (outcome.kind === 'ending') evicted.add(name)
      }
    }
    if (clock.now() >= drain.untilMs) break
    await clock.sleep(pollMs, signal)
  }
  return {
    evicted: [...evicted],
    refused: Object.fromEntries([...refused].map(([name, {why}]) => [name, why])),
  }
}
