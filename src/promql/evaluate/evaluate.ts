import {aggregate} from '../aggregations/aggregate.js'
import {binary} from '../binary/binary.js'
import {functions} from '../functions/index.js'
import {withoutName} from '../labels.js'
import {type Call, type Node, type Unary, unwrap} from '../syntax/ast.js'
import {callFunction} from './call.js'
import {type Context, executionError} from './context.js'
import {selectInstant, selectRange} from './select.js'
import {evaluateSubquery} from './subquery.js'
import {type Column, type Evaluated, merged} from './values.js'

const negated = (column: Column): Column => ({
  labels: withoutName(column.labels),
  values: column.values.map((value) => -value),
  present: column.present,
})

const unary = (node: Unary, context: Context): Evaluated => {
  const of = evaluate(node.of, context)
  if (node.operator === '+') return of
  if (of.type === 'scalar') return {type: 'scalar', values: of.values.map((value) => -value)}
  if (of.type !== 'vector') return of
  const columns = merged(of.columns.map(negated), (message) => executionError(context, message, node))
  return {type: 'vector', columns}
}

const call = (node: Call, context: Context): Evaluated => {
  const definition = functions[node.name]
  if (!definition) throw new Error(`The type check let the unknown function ${node.name} pass`)
  const [first] = node.args
  const selector = first && unwrap(first)
  // Only here does the time of a sample matter rather than the time of the step.
  if (definition.readsSampleTimes && selector?.kind === 'selector') {
    const columns = selectInstant(selector, context, 'time').map((column) => ({
      ...column,
      labels: withoutName(column.labels),
    }))
    return {type: 'vector', columns: merged(columns, (message) => executionError(context, message, node))}
  }
  const args = node.args.map((arg) => evaluate(arg, context))
  return callFunction(node, definition, args, context)
}

const columnsOf = (node: Node, context: Context): Column[] => {
  const value = evaluate(node, context)
  if (value.type !== 'vector') throw new Error(`The type check let a ${value.type} pass as instant vector`)
  return value.columns
}

/** Evaluates a node over all steps of the context's grid at once. */
export const evaluate = (node: Node, context: Context): Evaluated => {
  context.spend(0)
  switch (node.kind) {
    case 'number':
      return {type: 'scalar', values: new Float64Array(context.grid.count).fill(node.value)}
    case 'string':
      return {type: 'string', value: node.value}
    case 'selector':
      return {type: 'vector', columns: selectInstant(node, context, 'value')}
    case 'range':
      return selectRange(node.selector, node.rangeMs, context)
    case 'subquery':
      return evaluateSubquery(node, context, (inner) => columnsOf(node.of, inner))
    case 'call':
      return call(node, context)
    case 'aggregate': {
      const parameter = node.parameter && evaluate(node.parameter, context)
      return {type: 'vector', columns: aggregate(node, columnsOf(node.of, context), parameter, context)}
    }
    case 'binary':
      return binary(node, evaluate(node.left, context), evaluate(node.right, context), context)
    case 'unary':
      return unary(node, context)
    case 'parentheses':
      return evaluate(node.of, context)
  }
}
