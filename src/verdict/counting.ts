import type {Series} from '../metrics/source.js'
import type {Window} from './windows.js'

/** Raw samples of a counter. `born` when it began while its target was being watched, and so began at zero. */
export interface Counter extends Series {
  born: boolean
}

const firstSampleMs = (series: Series): number | undefined =>
  series.t.find((_, index) => typeof series.v[index] === 'number')

/** What is scraped at once. */
export const instanceOf = ({labels}: Series): string => JSON.stringify([labels['job'], labels['instance']])

/**
 * Marks the counters that were born under observation. Two kinds are:
 *
 *   scrapes of one instance   ●────●────●────●     an instance that appears later        ●────●
 *   a series of it                      ●────●     than the record's first scrapes  ●────●────●────●
 *                                       └ born                                           └ born
 *
 * A series that is there at the first scrape of its instance, near the start of the record, is older than the
 * record: its first sample is a baseline. Targets are scraped in turn, hence the two intervals of grace.
 */
export const countersOf = (series: readonly Series[], intervalMs: number): Counter[] => {
  const firstOfInstance = new Map<string, number>()
  let firstOfAll = Number.POSITIVE_INFINITY
  for (const one of series) {
    const firstMs = firstSampleMs(one)
    if (firstMs === undefined) continue
    const instance = instanceOf(one)
    firstOfInstance.set(instance, Math.min(firstMs, firstOfInstance.get(instance) ?? firstMs))
    firstOfAll = Math.min(firstOfAll, firstMs)
  }
  return series.map((one) => {
    const firstMs = firstSampleMs(one)
    const watchedMs = firstOfInstance.get(instanceOf(one))
    if (firstMs === undefined || watchedMs === undefined) return {...one, born: false}
    return {...one, born: firstMs > watchedMs || watchedMs > firstOfAll + 2 * intervalMs}
  })
}

/**
 * How much a counter grew between one time and the next (`edgesMs`, rising): its value at the last sample at or before
 * the end, less its value at the last sample at or before the start. A drop in between is a restart, and counts from
 * zero. Undefined when the counter was not seen by then. Every edge is as sharp as the sample interval, no sharper.
 */
const increases = ({born, t, v}: Counter, edgesMs: readonly number[]): (number | undefined)[] => {
  const [startMs = 0, ...ends] = edgesMs
  let index = firstAfter(t, startMs)
  const before = lastValue(v, index)
  let last = before ?? (born ? 0 : undefined)
  let seen = before !== undefined
  return ends.map((endMs) => {
    let grown = 0
    for (; index < t.length && (t[index] ?? 0) <= endMs; index++) {
      const value = v[index]
      if (typeof value !== 'number' || Number.isNaN(value)) continue
      seen = true
      if (last !== undefined) grown += value < last ? value : value - last
      last = value
    }
    return seen ? grown : undefined
  })
}

/** Index of the first sample after a time: there are thousands in an hour, and most windows are short. */
const firstAfter = (t: readonly number[], atMs: number): number => {
  let [low, high] = [0, t.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((t[middle] ?? 0) <= atMs) low = middle + 1
    else high = middle
  }
  return low
}

/** The last number before an index. */
const lastValue = (v: Counter['v'], index: number): number | undefined => {
  for (let at = index - 1; at >= 0; at--) {
    const value = v[at]
    if (typeof value === 'number' && !Number.isNaN(value)) return value
  }
  return undefined
}

/** The same over one window. */
export const increase = (counter: Counter, {startMs, endMs}: Window): number | undefined =>
  increases(counter, [startMs, endMs])[0]

/** The sum over counters, one by one, between each time and the next. Undefined when none of them was seen. */
export const increasesOfAll = (
  counters: readonly Counter[],
  edgesMs: readonly number[],
): (number | undefined)[] => {
  const sums = new Array<number | undefined>(Math.max(0, edgesMs.length - 1)).fill(undefined)
  for (const counter of counters) {
    for (const [at, grown] of increases(counter, edgesMs).entries())
      if (grown !== undefined) sums[at] = (sums[at] ?? 0) + grown
  }
  return sums
}

/** The same over one window. */
export const increaseOfAll = (counters: readonly Counter[], {startMs, endMs}: Window): number | undefined =>
  increasesOfAll(counters, [startMs, endMs])[0]
