import {changesIn, outgrownIn} from './changes.js'
import {classify, type LoadClass} from './classification.js'
import type {SearchEnd, SearchState} from './search-state.js'
import {searchedIn} from './searched.js'
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
  /** After that rate it did not come back: a little load, carried before, failed again and again. */
  stuck?: SearchState['stuck']
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
  const bad = searchedIn(trials).filter(({outcome}) => outcome === 'bad')
  const at = trials.filter(({outcome, ratePerSecond}) => outcome === 'bad' && ratePerSecond === rate)
  return at.at(-1) ?? bad.toSorted((one, other) => one.ratePerSecond - other.ratePerSecond)[0]
}

/** Failures at a rate at which the next trial held; what the system has outgrown was no hiccup. */
const hiccups = (state: SearchState): Finding['instability'] => {
  const outgrown = outgrownIn(state)?.failed
  const searched = searchedIn(state.trials)
  return searched.flatMap((trial, at) => {
    const next = searched[at + 1]
    const again = next?.ratePerSecond === trial.ratePerSecond && next.purpose === trial.purpose
    if (trial.outcome !== 'bad' || trial === outgrown || !again || next.outcome !== 'good') return []
    const {ratePerSecond, bound, message} = trial
    return [{ratePerSecond, ...(bound !== undefined && {bound}), ...(message !== undefined && {message})}]
  })
}

/** What a search has found, also before it is over. */
export const findingOf = (state: SearchState): Finding => {
  const {lower: held, upper, confirmed, options, trials, loadMs, inversion, stuck} = state
  const lower = held === undefined ? undefined : held / (1 + allowanceFor(options.width))
  const limit = state.ended === 'fails-at-lowest' && !confirmed ? undefined : lower
  const failed = upper === undefined ? undefined : failedIn(trials, upper)
  return {
    confirmed,
    ended: state.ended ?? 'cut-off',
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
    instability: hiccups(state),
    ...(inversion && {inversion}),
    ...(stuck && {stuck}),
    changed: changesIn(state),
    table: classify(trials),
    trials,
    loadSeconds: loadMs / 1000,
  }
}
