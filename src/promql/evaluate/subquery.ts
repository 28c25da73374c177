import type {Subquery} from '../syntax/ast.js'
import type {Context} from './context.js'
import {lookAt} from './select.js'
import {type Column, type Grid, type RangeValue, type RawSeries, timeAt} from './values.js'

/** The inner steps are multiples of the step since the epoch, so that a subquery's answers do not jitter. */
const innerGrid = (fromMs: number, toMs: number, stepMs: number, closed: boolean): Grid => {
  let startMs = stepMs * Math.trunc(fromMs / stepMs)
  if (closed ? startMs < fromMs : startMs <= fromMs) startMs += stepMs
  return {startMs, stepMs, count: Math.max(0, Math.floor((toMs - startMs) / stepMs) + 1)}
}

const samplesOf = ({labels, values, present}: Column, grid: Grid): RawSeries => {
  const t: number[] = []
  const v: number[] = []
  for (let step = 0; step < grid.count; step++) {
    if (!present[step]) continue
    t.push(timeAt(grid, step))
    v.push(values[step] ?? Number.NaN)
  }
  return {labels, t, v}
}

/** Evaluates the inner expression once, over all steps that any outer step looks back on. */
export const evaluateSubquery = (
  node: Subquery,
  context: Context,
  inner: (context: Context) => Column[],
): RangeValue => {
  const endAt = lookAt(node, context)
  const stepMs = node.stepMs ?? context.subqueryStepMs
  const closed = context.rangeStart === 'closed'
  const grid = innerGrid(endAt(0) - node.rangeMs, endAt(context.grid.count - 1), stepMs, closed)
  context.spend(grid.count)
  const columns = grid.count === 0 ? [] : inner({...context, grid})
  const series = columns.map((column) => samplesOf(column, grid))
  return {type: 'range', rangeMs: node.rangeMs, endAt, series}
}
