import {type Context, inform} from '../evaluate/context.js'
import type {RawSeries} from '../evaluate/values.js'
import {eachWindow, type Window} from '../evaluate/windows.js'
import {type Functions, type Invocation, overRange, overSeries, placeOf, rangeArgument} from './function.js'

const sampleAt = (values: Float64Array, index: number): number => values[index] ?? Number.NaN

type Pair = (previous: number, current: number) => boolean

const isReset: Pair = (previous, current) => current < previous
const isChange: Pair = (previous, current) =>
  current !== previous && !(Number.isNaN(current) && Number.isNaN(previous))

/** The indexes of the samples at which the counter was reset. */
const resetsOf = (v: Float64Array): number[] => {
  const indexes: number[] = []
  for (let index = 1; index < v.length; index++) {
    if (isReset(sampleAt(v, index - 1), sampleAt(v, index))) indexes.push(index)
  }
  return indexes
}

/** Windows go forward: an index that has left one comes back in none. */
const firstInside = (indexes: readonly number[], known: number, {from}: Window): number => {
  let first = known
  while (first < indexes.length && (indexes[first] ?? 0) <= from) first++
  return first
}

/** How much a window's samples rise: last minus first, plus what each counter reset took away. */
const riseIn = ({v}: RawSeries, isCounter: boolean): ((window: Window) => number) => {
  const resets = isCounter ? resetsOf(v) : []
  let first = 0
  return (window) => {
    let rise = sampleAt(v, window.to - 1) - sampleAt(v, window.from)
    first = firstInside(resets, first, window)
    for (let at = first; at < resets.length; at++) {
      const index = resets[at] ?? 0
      if (index >= window.to) break
      rise += sampleAt(v, index - 1)
    }
    return rise
  }
}

/**
 * How far the samples' rise is stretched to the window, as Prometheus does it. At each end the gap is filled up when
 * it is below 1.1 sample intervals, else by half an interval; a counter is not extended below zero.
 *
 *     (start      first x     x     x     x last      end]
 *      ├── toStart ──┤├──── sampled ────────┤├─ toEnd ─┤
 */
const stretchOf = ({t, v, from, to, startMs, endMs}: Window, rise: number, isCounter: boolean): number => {
  const firstMs = sampleAt(t, from)
  const lastMs = sampleAt(t, to - 1)
  const sampled = (lastMs - firstMs) / 1000
  const interval = sampled / (to - from - 1)
  let toStart = (firstMs - startMs) / 1000
  let toEnd = (endMs - lastMs) / 1000
  if (toStart >= interval * 1.1) toStart = interval / 2
  if (toEnd >= interval * 1.1) toEnd = interval / 2
  const first = sampleAt(v, from)
  if (isCounter && rise > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / rise))
  return (sampled + toStart + toEnd) / sampled
}

/** The rise over the whole window, or per second of it. One sample has no rise. */
const extrapolated =
  ({isCounter, perSecond}: {isCounter: boolean; perSecond: boolean}) =>
  (series: RawSeries) => {
    const riseOf = riseIn(series, isCounter)
    return (window: Window): number | undefined => {
      if (window.to - window.from < 2) return undefined
      const rise = riseOf(window)
      const factor = stretchOf(window, rise, isCounter)
      return rise * (perSecond ? factor / ((window.endMs - window.startMs) / 1000) : factor)
    }
  }

/** From the last two samples alone. */
const instantaneous =
  (isRate: boolean) =>
  ({t, v, from, to}: Window): number | undefined => {
    if (to - from < 2) return undefined
    const seconds = (sampleAt(t, to - 1) - sampleAt(t, to - 2)) / 1000
    const last = sampleAt(v, to - 1)
    const previous = sampleAt(v, to - 2)
    if (seconds === 0) return undefined
    if (!isRate) return last - previous
    return (last < previous ? last : last - previous) / seconds
  }

/** Counts as windows go forward: each pair is counted once when it comes in, and once when it leaves. */
const countOf = (counts: Pair) => (series: RawSeries) => {
  const {v} = series
  const isCounted = (index: number): boolean => counts(sampleAt(v, index - 1), sampleAt(v, index))
  let count = 0
  let next = 1
  let oldest = 1
  return ({from, to}: Window): number => {
    for (; next < to; next++) if (isCounted(next)) count++
    for (; oldest <= from; oldest++) if (isCounted(oldest)) count--
    return count
  }
}

const hasRise = (range: ReturnType<typeof rangeArgument>, series: RawSeries, context: Context): boolean => {
  if (series.t.length < 2) return false
  let found = false
  eachWindow(series, range, context, ({from, to}) => {
    found ||= to - from >= 2
  })
  return found
}

/** By convention a counter's name ends in one of these; the rate of anything else is likely a mistake. */
const counterName = /_(?:total|sum|count|bucket)$/

const noteOnCounterName = (invocation: Invocation): void => {
  const range = rangeArgument(invocation, 0)
  const settled = new Set<string>()
  for (const series of range.series) {
    const name = series.labels['__name__']
    if (!name || settled.has(name)) continue
    if (counterName.test(name)) settled.add(name)
    else if (hasRise(range, series, invocation.context)) {
      settled.add(name)
      const message = `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "${name}"`
      inform(invocation.context, message, placeOf(invocation, 0))
    }
  }
}

/** How counters and gauges change. */
export const rateFunctions = {
  rate: overSeries(extrapolated({isCounter: true, perSecond: true}), {note: noteOnCounterName}),
  increase: overSeries(extrapolated({isCounter: true, perSecond: false}), {note: noteOnCounterName}),
  delta: overSeries(extrapolated({isCounter: false, perSecond: false})),
  irate: overRange(instantaneous(true)),
  idelta: overRange(instantaneous(false)),
  resets: overSeries(countOf(isReset)),
  changes: overSeries(countOf(isChange)),
} satisfies Functions
