import {afterStart, type Context} from './context.js'
import {passedAt} from './select.js'
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

/** The samples `t[from..to)` of a series that one step sees, which are in (startMs, endMs]. */
export interface Window {
  t: Float64Array
  v: Float64Array
  from: number
  to: number
  startMs: number
  endMs: number
  /** The step's own time, which `@` and offset leave alone. */
  evaluationMs: number
}

/** How many samples windows may hold together between two looks at the limits. */
const samplesUnlooked = 1_000_000

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
  {rangeMs, endsMs}: RangeValue,
  context: Context,
  visit: (window: Window, step: number) => void,
): void => {
  const {grid} = context
  const isAfterStart = afterStart(context)
  const window: Window = {t, v, from: 0, to: 0, startMs: 0, endMs: 0, evaluationMs: 0}
  let unlooked = 0
  for (let step = 0; step < grid.count; step++) {
    window.endMs = valueAt(endsMs, step)
    window.startMs = window.endMs - rangeMs
    window.evaluationMs = timeAt(grid, step)
    window.to = passedAt(t, window.to, window.endMs)
    while (window.from < window.to && !isAfterStart(valueAt(t, window.from), window.startMs)) window.from++
    if (window.to === window.from) continue
    unlooked += window.to - window.from
    if (unlooked > samplesUnlooked) {
      context.spend(0)
      unlooked = 0
    }
    visit(window, step)
  }
}

/** From a window's samples to a value at a step, or none. */
export type OfWindow = (window: Window, step: number) => number | undefined

/** One column per series, with a value wherever the function that `computeOf` makes for the series has one. */
export const overWindows = (
  range: RangeValue,
  context: Context,
  computeOf: (series: RawSeries) => OfWindow,
): Column[] => {
  const columns: Column[] = []
  for (const series of range.series) {
    context.spend(context.grid.count)
    const column = emptyColumn(series.labels, context.grid.count)
    const compute = computeOf(series)
    eachWindow(series, range, context, (window, step) => {
      const value = compute(window, step)
      if (value !== undefined) put(column, step, value)
    })
    if (!isEmpty(column)) columns.push(column)
  }
  return columns
}
