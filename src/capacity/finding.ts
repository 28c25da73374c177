import {classify, type LoadClass} from './classification.js'
import type {SearchEnd, SearchState} from './search-state.js'
import type {Trial} from './trial.js'

/** What one search found: an interval, not a point. Rates per second. */
export interface Finding {
  /**
   * The system carries at least this much, and less than `upper`. Both absent where not even the lowest rate was carried
   * (then only `upper`), or where nothing failed (then only `lower`).
   */
  lower?: number
  upper?: number
  /** The rate that held in the last long trial; the lower bound leaves room below it, see `allowance`. */
  heldPerSecond?: number
  /** Whether the lower bound held in a long trial. */
  confirmed: boolean
  ended: SearchEnd
  /** The objective (or `delivered`, `kept up`, a guard) that was missed at the upper bound, and the sentence about it. */
  bound?: {name: string; message: string; ratePerSecond: number}
  /** (upper - lower) / middle; absent without both. */
  precision?: number
  /** Trials that failed and did not fail again: the machine's or the system's hiccups, not its limit. */
  instability: {ratePerSecond: number; bound?: string; message?: string}[]
  /** A rate failed below one that held: caches, say, or a system that had not warmed up. */
  inversion?: {failedPerSecond: number; heldPerSecond: number}
  /** What says that the system was another one at the end than at the beginning. */
  changed: string[]
  table: LoadClass[]
  trials: Trial[]
  loadSeconds: number
}

/**
 * Trials begin with an idle system, and a trial that holds counts at once: both flatter it. The lower bound is this share
 * below the rate that held. Measured by simulation, see docs/capacity.md: with it, the interval holds the truth in 95 of
 * 100 searches.
 */
export const allowanceFor = (width: number): number => Math.max(width, 0.035)

const failedIn = (trials: readonly Trial[], rate: number | undefined): Trial | undefined => {
  const bad = trials.filter(({outcome}) => outcome === 'bad')
  const at = bad.filter(({ratePerSecond}) => ratePerSecond === rate)
  return at.at(-1) ?? bad.toSorted((one, other) => one.ratePerSecond - other.ratePerSecond)[0]
}

/** Failures at a rate at which the next trial held. */
const hiccups = (trials: readonly Trial[]): Finding['instability'] =>
  trials.flatMap((trial, at) => {
    const next = trials[at + 1]
    const again = next?.ratePerSecond === trial.ratePerSecond && next.purpose === trial.purpose
    if (trial.outcome !== 'bad' || !again || next.outcome !== 'good') return []
    const {ratePerSecond, bound, message} = trial
    return [{ratePerSecond, ...(bound !== undefined && {bound}), ...(message !== undefined && {message})}]
  })

/** What differs between the trials that should not. */
const changesIn = ({stepsUp, stepsDown, trials}: SearchState): string[] => {
  const changes: string[] = []
  if (stepsUp >= 3)
    changes.push('rates that failed at first were carried later: it became faster while it was measured')
  if (stepsDown >= 3)
    changes.push('rates that were carried at first failed later: it became slower while it was measured')
  const counts = new Map<string, Set<number>>()
  for (const [job, count] of trials.flatMap(({seen}) => Object.entries(seen?.instances ?? {}))) {
    counts.set(job, (counts.get(job) ?? new Set()).add(count))
  }
  for (const [job, seen] of counts) {
    if (seen.size < 2) continue
    const all = [...seen].sort((one, other) => one - other)
    changes.push(
      `${job} had ${all.join(', then ')} instances: is it scaled automatically, or does it fall over?`,
    )
  }
  return changes
}

/** What a search has found, also before it is over. */
export const findingOf = (state: SearchState): Finding => {
  const {lower: held, upper, confirmed, options, trials, loadMs, inversion} = state
  const lower = held === undefined ? undefined : held / (1 + allowanceFor(options.width))
  const limit = state.ended === 'fails-at-lowest' && !confirmed ? undefined : lower
  const failed = upper === undefined ? undefined : failedIn(trials, upper)
  return {
    confirmed,
    ended: state.ended ?? 'budget',
    ...(limit !== undefined && {lower: limit}),
    ...(upper !== undefined && {upper}),
    ...(limit !== undefined && held !== undefined && {heldPerSecond: held}),
    ...(failed && {
      bound: {
        name: failed.bound ?? 'unknown',
        message: failed.message ?? '',
        ratePerSecond: failed.ratePerSecond,
      },
    }),
    ...(limit !== undefined && upper !== undefined && {precision: (2 * (upper - limit)) / (upper + limit)}),
    instability: hiccups(trials),
    ...(inversion && {inversion}),
    changed: changesIn(state),
    table: classify(trials),
    trials,
    loadSeconds: loadMs / 1000,
  }
}
