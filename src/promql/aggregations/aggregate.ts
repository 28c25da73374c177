import {type Context, warn} from '../evaluate/context.js'
import {
  type Column,
  type Evaluated,
  emptyColumn,
  isEmpty,
  put,
  type ScalarValue,
  valueAt,
} from '../evaluate/values.js'
import {formatNumber} from '../format.js'
import {quantileOf, sorted} from '../quantile.js'
import type {Aggregate} from '../syntax/ast.js'
import {countValues} from './count-values.js'
import {type Group, groupsOf} from './groups.js'
import {aggregations} from './index.js'
import {ranked} from './ranked.js'

/** Reduces each group at each step, where any member is present. */
const reduceGroups = (
  groups: Group[],
  steps: number,
  reduce: (values: Float64Array, count: number, step: number) => number,
): Column[] => {
  const scratch = new Float64Array(Math.max(0, ...groups.map(({members}) => members.length)))
  return groups.flatMap(({labels, members}) => {
    const column = emptyColumn(labels, steps)
    for (let step = 0; step < steps; step++) {
      let count = 0
      for (const {values, present} of members) {
        if (present[step]) scratch[count++] = valueAt(values, step)
      }
      if (count > 0) put(column, step, reduce(scratch, count, step))
    }
    return isEmpty(column) ? [] : [column]
  })
}

/** Warns about a quantile that no value can be the answer to. */
export const warnOfQuantile = (q: number, context: Context, at: {from: number; to: number}): void => {
  if (q >= 0 && q <= 1) return
  warn(context, `quantile value should be between 0 and 1, got ${formatNumber(q)}`, at)
}

const quantiles = (node: Aggregate, groups: Group[], {values}: ScalarValue, context: Context): Column[] => {
  for (const q of values) warnOfQuantile(q, context, node.parameter ?? node)
  return reduceGroups(groups, context.grid.count, (members, count, step) =>
    quantileOf(valueAt(values, step), sorted(members.subarray(0, count))),
  )
}

/** Evaluates an aggregation over all steps. */
export const aggregate = (
  node: Aggregate,
  columns: Column[],
  parameter: Evaluated | undefined,
  context: Context,
): Column[] => {
  const {reduce} = aggregations[node.operator] ?? {}
  const groups = groupsOf(columns, node.grouping)
  if (reduce) return reduceGroups(groups, context.grid.count, reduce)
  if (parameter?.type === 'string') return countValues(node, groups, parameter.value, context)
  if (parameter?.type !== 'scalar')
    throw new Error(`The type check let ${node.operator} pass without a number`)
  if (node.operator === 'quantile') return quantiles(node, groups, parameter, context)
  return ranked(node, groups, parameter, context)
}
