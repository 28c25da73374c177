import {type Context, isAfterStart} from './context.js'
import {type Column, emptyColumn, isEmpty, put, type RangeValue, type RawSeries, timeAt} from './values.js'

/** The samples `t[from..to)` of a series that one step sees, which are in (startMs, endMs]. */
export interface Window {
  t: ArrayLike<number>
  v: ArrayLike<number>
  from: number
  to: number
  startMs: number
  endMs: number
  /** The step's own time, which `@` and offset leave alone. */
  evaluationMs: number
}

/**
 * Calls `visit` for each step whose window has samples. The same window object is used for all steps. Its two ends
 * only move forward, so a series is walked once, however much windows overlap.
 *
 *     samples   x  x  x  x  x  x  x  x
 *     step 1  (━━━━━━━━]
 *     step 2     (━━━━━━━━]
 */
export const eachWindow = (
  {t, v}: RawSeries,
  {rangeMs, endAt}: RangeValue,
  context: Context,
  visit: (window: Window, step: number) => void,
): void => {
  const {grid} = context
  const window: Window = {t, v, from: 0, to: 0, startMs: 0, endMs: 0, evaluationMs: 0}
  for (let step = 0; step < grid.count; step++) {
    window.endMs = endAt(step)
    window.startMs = window.endMs - rangeMs
    window.evaluationMs = timeAt(grid, step)
    while (window.to < t.length && (t[window.to] ?? 0) <= window.endMs) window.to++
    while (window.from < window.to && !isAfterStart(context, t[window.from] ?? 0, window.startMs))
      window.from++
    if (window.to > window.from) visit(window, step)
  }
}

/** One column per series, with a value wherever `compute` has one. */
export const overWindows = (
  range: RangeValue,
  context: Context,
  compute: (window: Window, step: number) => number | undefined,
): Column[] => {
  const columns: Column[] = []
  for (const series of range.series) {
    context.spend(context.grid.count)
    const column = emptyColumn(series.labels, context.grid.count)
    eachWindow(series, range, context, (window, step) => {
      const value = compute(window, step)
      if (value !== undefined) put(column, step, value)
    })
    if (!isEmpty(column)) columns.push(column)
  }
  return columns
}
