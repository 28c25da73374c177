import {formatPercent} from '../scenarios/quantities.js'
import {rate} from './rate.js'
import type {SearchState} from './search-state.js'
import {searchedIn} from './searched.js'
import type {Trial} from './trial.js'

/** A stall of half a second spoils less of a trial than this, where so much more is carried later. */
const mostGood = 0.25
const muchMore = 1.25

const goodShare = ({seen}: Trial): number | undefined =>
  seen && seen.offeredPerSecond > 0 ? seen.goodPerSecond / seen.offeredPerSecond : undefined

/** A trial that failed as a whole, and the largest rate that was carried after it. */
interface Outgrown {
  failed: Trial
  laterPerSecond: number
}

/**
 * The first trial that failed for nearly all of its requests, although much more was carried later: no stall, but a system
 * that was smaller then. One that fails for want of load (an inversion) is told as such.
 */
export const outgrownIn = ({trials, inversion}: SearchState): Outgrown | undefined => {
  const searched = searchedIn(trials)
  for (const [at, failed] of searched.entries()) {
    if (failed.outcome !== 'bad' || failed.ratePerSecond === inversion?.failedPerSecond) continue
    const good = goodShare(failed)
    if (good === undefined || good > mostGood) continue
    const later = searched.slice(at + 1).filter(({outcome}) => outcome === 'good')
    const laterPerSecond = Math.max(0, ...later.map(({ratePerSecond}) => ratePerSecond))
    if (laterPerSecond >= muchMore * failed.ratePerSecond) return {failed, laterPerSecond}
  }
  return undefined
}

const inWords = ({failed, laterPerSecond}: Outgrown): string =>
  `${formatPercent(Number((1 - (goodShare(failed) ?? 0)).toFixed(2)))} of the requests were bad at ${rate(failed.ratePerSecond)}, and ${rate(laterPerSecond)} was carried later: it became faster while it was measured (an autoscaler, or a system that has to warm up)`

/** Instances that came or went. */
const countsIn = (trials: readonly Trial[]): string[] => {
  const counts = new Map<string, Set<number>>()
  for (const [job, count] of trials.flatMap(({seen}) => Object.entries(seen?.instances ?? {}))) {
    counts.set(job, (counts.get(job) ?? new Set()).add(count))
  }
  return [...counts].flatMap(([job, seen]) => {
    if (seen.size < 2) return []
    // In the order in which they were first seen.
    return [
      `${job} had ${[...seen].join(', then ')} instances: is it scaled automatically, or does it fall over?`,
    ]
  })
}

/** What says that the system was another one at the end than at the beginning. */
export const changesIn = (state: SearchState): string[] => {
  const {stepsUp, stepsDown, trials} = state
  const outgrown = outgrownIn(state)
  return [
    ...(stepsUp >= 3
      ? ['rates that failed at first were carried later: it became faster while it was measured']
      : outgrown
        ? [inWords(outgrown)]
        : []),
    ...(stepsDown >= 3
      ? ['rates that were carried at first failed later: it became slower while it was measured']
      : []),
    ...countsIn(trials),
  ]
}
