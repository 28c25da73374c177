import {loadFigures} from '../capacity/figures.js'
import type {SearchState} from '../capacity/search-state.js'
import {searchedIn} from '../capacity/searched.js'
import type {TrialSite} from '../run/trials/site.js'
import {systemClock} from '../system/clock.js'

const pulseMs = 1_500
/** A system that is not calm by then is looked at: a judged trial says whether it came back. */
const longest = {pulses: 10, ms: 15_000}
/** Where nothing was carried yet, all that was sent may still be waiting in line. */
const longestAtFirst = {pulses: 20, ms: 30_000}
/** Calm is no slower than this many times what the warm-up saw, and these ms. */
const slower = 1.5
const slackMs = 5

const isCalm = (ms: number | undefined, calmMs: number | undefined): boolean =>
  ms !== undefined && calmMs !== undefined && ms <= slower * calmMs + slackMs

/**
 * A rate that is carried as far as anybody knows: the first of the search, and the lowest of all as long as nothing was
 * carried; well below where a guard tripped, where that is less.
 */
export const littleLoad = ({options, tripped, lower, trials}: SearchState): number => {
  const {startPerSecond, leastPerSecond} = options
  const carried = lower ?? (trials.some(({outcome}) => outcome === 'bad') ? leastPerSecond : startPerSecond)
  return Math.min(startPerSecond, carried, (tripped ?? Number.POSITIVE_INFINITY) / 2)
}

/** How fast it answers when it has little to do: as it did before anything was too much. */
const calmOf = ({trials}: SearchState): number | undefined =>
  (
    trials.find(({purpose, outcome}) => purpose === 'warm-up' && outcome !== 'bad') ??
    searchedIn(trials).find(({outcome}) => outcome === 'good')
  )?.seen?.latencyMs?.p50

/**
 * After a trial that left queues behind, sends little load, again and again, until its answers come as fast as at the
 * beginning (or, where nothing was carried yet, no longer faster than the last ones), and none is lost. False when they
 * still do not after some time.
 */
export const untilCalm = async (site: TrialSite, state: SearchState): Promise<boolean> => {
  const calmMs = calmOf(state)
  const last = state.trials.at(-1)
  if (last?.outcome === 'good' && isCalm(last.seen?.latencyMs?.p99, calmMs)) return true
  if (calmMs === undefined && last?.outcome !== 'bad') return true
  const {pulses, ms} = state.lower === undefined ? longestAtFirst : longest
  const untilMs = systemClock.now() + ms
  let before: number | undefined
  for (let pulse = 0; pulse < pulses && systemClock.now() < untilMs; pulse++) {
    const load = {ratePerSecond: littleLoad(state), settleMs: 0, measureMs: pulseMs}
    const {lostShare, latencyMs} = loadFigures(await site.send(load))
    const isFast = calmMs === undefined ? isCalm(before, latencyMs?.p50) : isCalm(latencyMs?.p50, calmMs)
    if (lostShare === 0 && isFast) return true
    before = latencyMs?.p50
  }
  return false
}
