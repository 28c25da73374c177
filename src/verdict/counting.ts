import type {Series} from '../metrics/source.js'
import type {Window} from './windows.js'

/** Raw samples of a counter. `born` when it began while its target was being watched, and so began at zero. */
export interface Counter extends Series {
  born: boolean
}

const firstSampleMs = (series: Series): number | undefined =>
  series.t.find((_, index) => typeof series.v[index] === 'number')

const instanceOf = ({labels}: Series): string => JSON.stringify([labels['job'], labels['instance']])

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
 * How much a counter grew in a window: its value at the last sample at or before the end, less its value at the last
 * sample at or before the start. A drop in between is a restart, and counts from zero. Undefined when the counter
 * was not seen by the end of the window. Both edges are as sharp as the sample interval, no sharper.
 */
export const increase = (counter: Counter, {startMs, endMs}: Window): number | undefined => {
  let last = counter.born ? 0 : undefined
  let grown: number | undefined
  for (const [index, atMs] of counter.t.entries()) {
    const value = counter.v[index]
    if (atMs > endMs) break
    if (typeof value !== 'number' || Number.isNaN(value)) continue
    grown ??= 0
    if (atMs > startMs && last !== undefined) grown += value < last ? value : value - last
    last = value
  }
  return grown
}

/** The sum over counters, one by one. Undefined when none of them was seen. */
export const increaseOfAll = (counters: readonly Counter[], window: Window): number | undefined => {
  const grown = counters.map((counter) => increase(counter, window)).filter((value) => value !== undefined)
  return grown.length === 0 ? undefined : grown.reduce((sum, value) => sum + value, 0)
}
