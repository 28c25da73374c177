import {inform} from '../evaluate/context.js'
import {eachWindow, type Window} from '../evaluate/windows.js'
import {type Functions, type Invocation, overRange, placeOf, rangeArgument} from './function.js'

const sampleAt = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN

/** How much a window's samples rise: last minus first, plus what each counter reset took away. */
const riseOf = ({v, from, to}: Window, isCounter: boolean): number => {
  let rise = sampleAt(v, to - 1) - sampleAt(v, from)
  if (!isCounter) return rise
  for (let index = from + 1; index < to; index++) {
    const previous = sampleAt(v, index - 1)
    if (sampleAt(v, index) < previous) rise += previous
  }
  return rise
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
  (window: Window): number | undefined => {
    if (window.to - window.from < 2) return undefined
    const rise = riseOf(window, isCounter)
    const factor = stretchOf(window, rise, isCounter)
    return rise * (perSecond ? factor / ((window.endMs - window.startMs) / 1000) : factor)
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

const countOf =
  (counts: (previous: number, current: number) => boolean) =>
  ({v, from, to}: Window): number => {
    let count = 0
    for (let index = from + 1; index < to; index++) {
      if (counts(sampleAt(v, index - 1), sampleAt(v, index))) count++
    }
    return count
  }

const hasRise = (range: ReturnType<typeof rangeArgument>, index: number, {context}: Invocation): boolean => {
  const series = range.series[index]
  let found = false
  if (series) eachWindow(series, range, context, ({from, to}) => (found ||= to - from >= 2))
  return found
}

/** By convention a counter's name ends in one of these; the rate of anything else is likely a mistake. */
const noteOnCounterName = (invocation: Invocation): void => {
  const range = rangeArgument(invocation, 0)
  range.series.forEach(({labels}, index) => {
    const name = labels['__name__']
    if (!name || /_(?:total|sum|count|bucket)$/.test(name) || !hasRise(range, index, invocation)) return
    const message = `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "${name}"`
    inform(invocation.context, message, placeOf(invocation, 0))
  })
}

/** How counters and gauges change. */
export const rateFunctions = {
  rate: overRange(extrapolated({isCounter: true, perSecond: true}), {note: noteOnCounterName}),
  increase: overRange(extrapolated({isCounter: true, perSecond: false}), {note: noteOnCounterName}),
  delta: overRange(extrapolated({isCounter: false, perSecond: false})),
  irate: overRange(instantaneous(true)),
  idelta: overRange(instantaneous(false)),
  resets: overRange(countOf((previous, current) => current < previous)),
  changes: overRange(
    countOf(
      (previous, current) => current !== previous && !(Number.isNaN(current) && Number.isNaN(previous)),
    ),
  ),
} satisfies Functions
