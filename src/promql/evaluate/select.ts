import type {Selector} from '../syntax/ast.js'
import {type Context, isAfterStart} from './context.js'
import {type Column, emptyColumn, isEmpty, put, type RangeValue, type RawSeries, timeAt} from './values.js'

/** The time that a selector looks from at each step, its `@` and offset applied. */
export const lookAt = (
  {at, offsetMs}: {at?: Selector['at']; offsetMs: number},
  {grid, queryStartMs, queryEndMs}: Context,
): ((step: number) => number) => {
  if (at === undefined) return (step) => timeAt(grid, step) - offsetMs
  const fixedMs = (at === 'start' ? queryStartMs : at === 'end' ? queryEndMs : at) - offsetMs
  return () => fixedMs
}

/** What storage is asked for: everything that any step of the grid can see. */
const read = (selector: Selector, reachMs: number, context: Context) => {
  const endAt = lookAt(selector, context)
  const fromMs = endAt(0) - reachMs - (context.rangeStart === 'closed' ? 1 : 0)
  return {endAt, found: context.storage.select(selector.matchers, fromMs, endAt(context.grid.count - 1))}
}

/**
 * An instant vector: at each step the newest sample within the lookback, unless it is a staleness marker. One pass
 * over the samples, as both steps and samples go forward in time. With `read: 'time'` the values are the samples'
 * times in seconds.
 */
export const selectInstant = (selector: Selector, context: Context, what: 'value' | 'time'): Column[] => {
  const {endAt, found} = read(selector, context.lookbackMs, context)
  const {count} = context.grid
  const columns: Column[] = []
  for (const {labels, t, v} of found) {
    context.spend(count)
    const column = emptyColumn(labels, count)
    let next = 0
    for (let step = 0; step < count; step++) {
      const now = endAt(step)
      while (next < t.length && (t[next] ?? 0) <= now) next++
      const time = t[next - 1]
      const value = v[next - 1]
      if (time === undefined || value === null || value === undefined) continue
      if (!isAfterStart(context, time, now - context.lookbackMs)) continue
      put(column, step, what === 'time' ? time / 1000 : value)
    }
    if (!isEmpty(column)) columns.push(column)
  }
  return columns
}

const withoutStaleMarkers = (
  t: ArrayLike<number>,
  v: ArrayLike<number | null>,
): Omit<RawSeries, 'labels'> => {
  const times: number[] = []
  const values: number[] = []
  for (let index = 0; index < t.length; index++) {
    const value = v[index]
    if (value === null || value === undefined) continue
    times.push(t[index] ?? 0)
    values.push(value)
  }
  return {t: times, v: values}
}

/** A range vector: the raw samples that the windows of all steps need, read once. */
export const selectRange = (selector: Selector, rangeMs: number, context: Context): RangeValue => {
  const {endAt, found} = read(selector, rangeMs, context)
  const series = found.map(({labels, t, v}) => {
    context.spend(t.length)
    return {labels, ...withoutStaleMarkers(t, v)}
  })
  return {type: 'range', rangeMs, endAt, series}
}
