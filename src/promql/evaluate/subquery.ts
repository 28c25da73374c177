import type {Subquery} from '../syntax/ast.js'
import type {Context} from './context.js'
import {endsOf} from './select.js'
import {type Column, type Grid, type RangeValue, type RawSeries, timeAt, valueAt} from './values.js'

/** The inner steps are multiples of the step since the epoch, so that a subquery's answers do not jitter. */
const innerGrid = (fromMs: number, toMs: number, stepMs: number, closed: boolean): Grid => {
  let startMs = stepMs * Math.trunc(fromMs / stepMs)
  if (closed ? startMs < fromMs : startMs <= fromMs) startMs += stepMs
  return {startMs, stepMs, count: Math.max(0, Math.floor((toMs - startMs) / stepMs) + 1)}
}

const samplesOf = ({labels, values, present}: Column, grid: Grid): RawSeries => {
  const t = new Float64Array(grid.count)
  const v = new Float64Array(grid.count)
  let count = 0
  for (let step = 0; step < grid.count; step++) {
    if (!present[step]) continue
    t[count] = timeAt(grid, step)
    v[count++] = valueAt(values, step)
  }
  return {labels, t: t.subarray(0, count), v: v.subarray(0, count)}
}

/** Evaluates the inner expression once, over all steps that any outer step looks back on. */
export const evaluateSubquery = (
  node: Subquery,
  context: Context,
  inner: (context: Context) => Column[],
): RangeValue => {
  const endsMs = endsOf(node, context)
  const stepMs = node.stepMs ?? context.subqueryStepMs
  const closed = context.rangeStart === 'closed'
  const grid = innerGrid(
    valueAt(endsMs, 0) - node.rangeMs,
    valueAt(endsMs, endsMs.length - 1),
    stepMs,
    closed,
  )
  context.spend(grid.count)
  const columns = grid.count === 0 ? [] : inner({...context, grid})
  const series = columns.map((column) => samplesOf(column, grid))
  return {type: 'range', rangeMs: node.rangeMs, endsMs, series}
}
