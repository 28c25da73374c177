import {type Context, warn} from '../evaluate/context.js'
import {type Column, type Evaluated, emptyColumn, put, type ScalarValue, valueAt} from '../evaluate/values.js'
import {formatNumber} from '../format.js'
import {quantileOf, sortInPlace} from '../quantile.js'
import type {Aggregate} from '../syntax/ast.js'
import {countValues} from './count-values.js'
import {type Group, groupsOf} from './groups.js'
import {aggregations} from './index.js'
import {ranked} from './ranked.js'
import {membersAt} from './reduce.js'

/** Warns about a quantile that no value can be the answer to. */
export const warnOfQuantile = (q: number, context: Context, at: {from: number; to: number}): void => {
  if (q >= 0 && q <= 1) return
  warn(context, `quantile value should be between 0 and 1, got ${formatNumber(q)}`, at)
}

const quantiles = (node: Aggregate, groups: Group[], {values}: ScalarValue, context: Context): Column[] => {
  for (const q of values) warnOfQuantile(q, context, node.parameter ?? node)
  return groups.map(({labels, members}) => {
    const column = emptyColumn(labels, values.length)
    for (let step = 0; step < values.length; step++) {
      const ofStep = membersAt(members, step)
      if (ofStep.length > 0) put(column, step, quantileOf(valueAt(values, step), sortInPlace(ofStep)))
    }
    return column
  })
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
  if (reduce) return groups.map(({labels, members}) => reduce(labels, members, context.grid.count))
  if (parameter?.type === 'string') return countValues(node, groups, parameter.value, context)
  if (parameter?.type !== 'scalar')
    throw new Error(`The type check let ${node.operator} pass without a number`)
  if (node.operator === 'quantile') return quantiles(node, groups, parameter, context)
  return ranked(node, groups, parameter, context)
}
