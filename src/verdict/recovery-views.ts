import type {LatencyObjective, RatioObjective} from '../scenarios/scenario.js'
import {lateAfterIntervals} from './edges.js'
import {isLack, type Lack} from './observations.js'
import {sampleTimes} from './sample-times.js'
import {countIn, type Sli} from './sli.js'
import {chanceOfMiss} from './statistics/interval.js'
import type {Window} from './windows.js'
import {elapsed} from './words.js'

/** What one window after the last undoing shows; times in ms after that. */
export interface View {
  /** The last sample at or before its start: nothing older is counted in it. */
  fromMs: number
  /** Its end, or the sample that follows where scrapes are missing there: nothing later is counted in it. */
  toMs: number
  /** Its share meets the target. Not without events, nor where no sample follows. */
  good: boolean
  /** The chance of so many bad events, or more, if the target were only just met; 1 where it is. */
  chance: number
  /** How far the samples around its end are apart. */
  sharpMs: number
}

/** Windows are long enough to hold several samples, and short beside the times asked for. */
export const windowMsOf = (intervalMs: number): number => Math.max(2000, 4 * intervalMs)

/**
 * The windows of a stretch, one interval apart. A single error in two seconds neither undoes a recovery nor proves one:
 * a window that is not good may be so by chance, and says how likely that is.
 */
export const viewsOf = (
  sli: Sli,
  reference: RatioObjective | LatencyObjective,
  {startMs, endMs}: Window,
  intervalMs: number,
): View[] | Lack => {
  const windowMs = windowMsOf(intervalMs)
  const watchedMs = endMs - startMs
  if (watchedMs < windowMs)
    return {lack: `no data: ${elapsed(Math.max(0, watchedMs))} of watching after the last fault is too short`}
  const times = sampleTimes(sli.total)
  const views: View[] = []
  for (let offsetMs = windowMs; offsetMs <= watchedMs; offsetMs += intervalMs) {
    const seen = slid(times, startMs + offsetMs, {windowMs, intervalMs})
    const fromMs = (times[indexAfter(times, seen.endMs - windowMs) - 1] ?? startMs) - startMs
    const shown = seen.isBlind ? unknown : shownIn(sli, reference, seen.endMs, windowMs)
    views.push({...shown, fromMs: Math.max(0, fromMs), toMs: seen.endMs - startMs, sharpMs: seen.sharpMs})
  }
  return views
}

const unknown = {good: false, chance: 1} as const

/** How many of these are at or before a time. */
const indexAfter = (times: readonly number[], atMs: number): number => {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= atMs) low = middle + 1
    else high = middle
  }
  return low
}

/** Where a scrape is missing at a window's end, it slides on to the next one; it is blind where that is too far off. */
const slid = (
  times: readonly number[],
  endMs: number,
  {windowMs, intervalMs}: {windowMs: number; intervalMs: number},
): {endMs: number; sharpMs: number; isBlind: boolean} => {
  const after = indexAfter(times, endMs)
  const [beforeMs, nextMs] = [times[after - 1], times[after]]
  const isSeen = beforeMs !== undefined && endMs - beforeMs <= lateAfterIntervals * intervalMs
  if (isSeen) return {endMs, sharpMs: intervalMs, isBlind: false}
  if (beforeMs === undefined || nextMs === undefined || nextMs - beforeMs > windowMs)
    return {endMs, sharpMs: intervalMs, isBlind: true}
  return {endMs: nextMs, sharpMs: nextMs - beforeMs, isBlind: false}
}

const shownIn = (
  sli: Sli,
  {target}: RatioObjective | LatencyObjective,
  endMs: number,
  windowMs: number,
): Pick<View, 'good' | 'chance'> => {
  const tally = countIn(sli, {startMs: endMs - windowMs, endMs})
  if (isLack(tally)) return unknown
  if (tally.good / tally.total >= target) return {good: true, chance: 1}
  return {good: false, chance: chanceOfMiss(tally.good, tally.total, target)}
}
