import {EnvironmentError} from '../../errors.js'
import type {Target} from '../../scenarios/target.js'
import {kubectlFor} from '../cluster/by-hand.js'
import {persist} from '../cluster/persist.js'
import type {World} from '../fault.js'
import {type PodsByWorkload, podsNow} from './workload-pods.js'

/** How many pods of each workload were ready before; data, for the journal. */
export type ReadyBefore = Record<string, number>

/** Longest that workloads may take to be ready again. */
export const readyLimitMs = 60_000
const pollMs = 1_000

/** Counts what is ready. */
export const readyIn = (pods: PodsByWorkload): ReadyBefore =>
  Object.fromEntries(
    Object.entries(pods).map(([name, all]) => [
      name,
      all.filter(({ready, deleting}) => ready && !deleting).length,
    ]),
  )

/** How many pods a workload should have, where it says so; undefined when its object is gone. */
const desiredOf = async (
  name: string,
  count: number,
  {target, cluster}: World,
): Promise<number | undefined> => {
  const ref = target.workloads[name]?.object
  const state = ref && (await cluster().workload(ref))
  return state && (state.desired ?? count)
}

/** What is missing, in words; a workload that somebody scaled down, or deleted, need not be what it was. */
const behind = async (before: ReadyBefore, world: World): Promise<string[]> => {
  const pods = await podsNow(world)
  const all = await Promise.all(
    Object.entries(before).map(async ([name, count]) => {
      const there = (pods[name] ?? []).filter(({deleting}) => !deleting)
      const ready = there.filter((pod) => pod.ready).length
      if (ready >= count) return []
      const wanted = Math.min(count, (await desiredOf(name, count, world)) ?? 0)
      const late = there.find((pod) => !pod.ready)
      const why = late ? `: ${late.name} is ${late.waiting ?? late.phase}` : ''
      return ready < wanted ? [`${name} has ${ready} of ${wanted} pods ready${why}`] : []
    }),
  )
  return all.flat()
}

/** Waits until as many pods are ready as before; throws EnvironmentError, with what is missing, when they are not in time. */
export const untilReadyAgain = async (before: ReadyBefore, world: World): Promise<void> => {
  const untilMs = world.clock.now() + readyLimitMs
  for (;;) {
    const missing = await persist(world, () => behind(before, world))
    if (missing.length === 0) return
    if (world.signal.aborted || world.clock.now() >= untilMs) {
      throw new EnvironmentError(`Not ready again: ${missing.join('; ')}`)
    }
    await world.clock.sleep(pollMs, world.signal).catch(() => {})
  }
}

/** What a person looks at when workloads do not get ready. */
export const readyRemedy = (before: ReadyBefore, target: Target): string =>
  `see why with ${kubectlFor(target)} get pods; ${Object.keys(before).join(', ')} must be ready again`
