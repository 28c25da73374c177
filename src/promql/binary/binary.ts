import {type Context, executionError} from '../evaluate/context.js'
import {
  type Column,
  type Evaluated,
  emptyColumn,
  isEmpty,
  merged,
  put,
  type ScalarValue,
  valueAt,
} from '../evaluate/values.js'
import {withoutName} from '../labels.js'
import type {Binary} from '../syntax/ast.js'
import {match} from './match.js'
import {type Apply, applyOf, dropsName} from './operators.js'
import {combineSets} from './sets.js'

const scalars = (node: Binary, left: ScalarValue, right: ScalarValue): ScalarValue => {
  const apply = applyOf(node.operator, node.returnBool, 'left')
  const values = left.values.map((value, step) => apply(value, valueAt(right.values, step)) ?? Number.NaN)
  return {type: 'scalar', values}
}

const eachWithScalar = (columns: Column[], {values}: ScalarValue, node: Binary, apply: Apply): Column[] =>
  columns.flatMap((column) => {
    const result = emptyColumn(dropsName(node) ? withoutName(column.labels) : column.labels, values.length)
    for (let step = 0; step < values.length; step++) {
      if (!column.present[step]) continue
      const value = apply(valueAt(column.values, step), valueAt(values, step))
      if (value !== undefined) put(result, step, value)
    }
    return isEmpty(result) ? [] : [result]
  })

const vectorAndScalar = (node: Binary, left: Evaluated, right: Evaluated): Column[] => {
  if (left.type === 'vector' && right.type === 'scalar') {
    return eachWithScalar(left.columns, right, node, applyOf(node.operator, node.returnBool, 'left'))
  }
  if (left.type === 'scalar' && right.type === 'vector') {
    const apply = applyOf(node.operator, node.returnBool, 'right')
    return eachWithScalar(right.columns, left, node, (value, scalar) => apply(scalar, value))
  }
  throw new Error(`The type check let ${left.type} ${node.operator} ${right.type} pass`)
}

const columnsOf = (node: Binary, left: Evaluated, right: Evaluated, context: Context): Column[] => {
  if (left.type !== 'vector' || right.type !== 'vector') return vectorAndScalar(node, left, right)
  const {operator} = node
  if (operator === 'and' || operator === 'or' || operator === 'unless') {
    return combineSets(operator, left.columns, right.columns, node.matching)
  }
  return match(node, left.columns, right.columns, context)
}

/** Evaluates a binary operator over all steps. */
export const binary = (node: Binary, left: Evaluated, right: Evaluated, context: Context): Evaluated => {
  if (left.type === 'scalar' && right.type === 'scalar') return scalars(node, left, right)
  const columns = columnsOf(node, left, right, context)
  return {type: 'vector', columns: merged(columns, (message) => executionError(context, message, node))}
}
