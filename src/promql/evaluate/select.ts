import type {SeriesData} from '../storage.js'
import type {Selector} from '../syntax/ast.js'
import {afterStart, type Context} from './context.js'
import {
  type Column,
  emptyColumn,
  isEmpty,
  put,
  type RangeValue,
  type RawSeries,
  timeAt,
  valueAt,
} from './values.js'

/** The time that a selector looks from at each step, its `@` and offset applied. */
export const endsOf = (
  {at, offsetMs}: {at?: Selector['at']; offsetMs: number},
  {grid, queryStartMs, queryEndMs}: Context,
): Float64Array => {
  const endsMs = new Float64Array(grid.count)
  if (at !== undefined) {
    const fixedMs = at === 'start' ? queryStartMs : at === 'end' ? queryEndMs : at
    return endsMs.fill(fixedMs - offsetMs)
  }
  for (let step = 0; step < grid.count; step++) endsMs[step] = timeAt(grid, step) - offsetMs
  return endsMs
}

/** What storage is asked for: everything that any step of the grid can see. */
const read = (selector: Selector, reachMs: number, context: Context) => {
  const endsMs = endsOf(selector, context)
  const fromMs = valueAt(endsMs, 0) - reachMs - (context.rangeStart === 'closed' ? 1 : 0)
  const toMs = valueAt(endsMs, endsMs.length - 1)
  return {endsMs, found: context.storage.select(selector.matchers, fromMs, toMs)}
}

/**
 * How many of the samples, of which `passed` are known to be, are not after `endMs`. The last step of a query sees
 * all that was read for it, which one look tells: so an instant query walks over no samples.
 */
export const passedAt = (t: ArrayLike<number>, passed: number, endMs: number): number => {
  const {length} = t
  if (length > 0 && (t[length - 1] ?? 0) <= endMs) return length
  let next = passed
  while (next < length && (t[next] ?? 0) <= endMs) next++
  return next
}

/**
 * An instant vector: at each step the newest sample within the lookback, unless it is a staleness marker. One pass
 * over the samples, as both steps and samples go forward in time. With `read: 'time'` the values are the samples'
 * times in seconds.
 */
export const selectInstant = (selector: Selector, context: Context, what: 'value' | 'time'): Column[] => {
  const {endsMs, found} = read(selector, context.lookbackMs, context)
  const isAfterStart = afterStart(context)
  const columns: Column[] = []
  for (const {labels, t, v} of found) {
    context.spend(endsMs.length)
    const column = emptyColumn(labels, endsMs.length)
    let next = 0
    for (let step = 0; step < endsMs.length; step++) {
      const now = valueAt(endsMs, step)
      next = passedAt(t, next, now)
      const time = t[next - 1]
      const value = v[next - 1]
      if (time === undefined || value === null || value === undefined) continue
      if (isAfterStart(time, now - context.lookbackMs))
        put(column, step, what === 'time' ? time / 1000 : value)
    }
    if (!isEmpty(column)) columns.push(column)
  }
  return columns
}

const withoutStaleMarkers = ({labels, t, v}: SeriesData): RawSeries => {
  // An array of floats has no room for a marker: as a rule the store's own memory is read, not a copy.
  if (t instanceof Float64Array && v instanceof Float64Array) return {labels, t, v}
  const times = new Float64Array(t.length)
  const values = new Float64Array(t.length)
  let count = 0
  for (let index = 0; index < t.length; index++) {
    const value = v[index]
    if (value === null || value === undefined) continue
    times[count] = t[index] ?? 0
    values[count++] = value
  }
  return {labels, t: times.subarray(0, count), v: values.subarray(0, count)}
}

/** A range vector: the raw samples that the windows of all steps need, read once. */
export const selectRange = (selector: Selector, rangeMs: number, context: Context): RangeValue => {
  const {endsMs, found} = read(selector, rangeMs, context)
  const series = found.map((data) => {
    context.spend(data.t.length)
    return withoutStaleMarkers(data)
  })
  return {type: 'range', rangeMs, endsMs, series}
}
