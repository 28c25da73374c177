import {
  type FunctionDefinition,
  type Invocation,
  type MapFunction,
  rangeArgument,
  vectorArgument,
  type WindowFunction,
} from '../functions/function.js'
import {withoutName} from '../labels.js'
import type {Call} from '../syntax/ast.js'
import {type Context, executionError} from './context.js'
import {type Column, type Evaluated, emptyColumn, isEmpty, merged, put, valueAt} from './values.js'
import {overWindows} from './windows.js'

/** The scalar arguments at a step, in a list that is used again for the next step. */
const parametersAt = ({args}: Invocation): ((step: number) => readonly number[]) => {
  const scalars = args.flatMap((arg) => (arg.type === 'scalar' ? [arg.values] : []))
  const parameters = scalars.map(() => 0)
  if (scalars.length === 0) return () => parameters
  return (step) => {
    scalars.forEach((values, index) => {
      parameters[index] = valueAt(values, step)
    })
    return parameters
  }
}

const mapEach = (definition: MapFunction, invocation: Invocation): Column[] => {
  const parameters = parametersAt(invocation)
  const {count} = invocation.context.grid
  return vectorArgument(invocation, 0).columns.flatMap((column) => {
    const result = emptyColumn(withoutName(column.labels), count)
    for (let step = 0; step < count; step++) {
      if (!column.present[step]) continue
      const value = definition.value(valueAt(column.values, step), parameters(step))
      if (value !== undefined) put(result, step, value)
    }
    return isEmpty(result) ? [] : [result]
  })
}

const windowed = (definition: WindowFunction, invocation: Invocation): Column[] => {
  const parameters = parametersAt(invocation)
  const index = invocation.args.findIndex(({type}) => type === 'range')
  const range = rangeArgument(invocation, index)
  const columns = overWindows(range, invocation.context, (series) => {
    const value = 'valueIn' in definition ? definition.valueIn(series) : definition.value
    return (window, step) => value(window, parameters(step))
  })
  definition.note?.(invocation)
  if (definition.keepsName) return columns
  return columns.map((column) => ({...column, labels: withoutName(column.labels)}))
}

/** Whether the loss of the metric's name can make two series alike: not where all have the same one. */
const canCollide = ({args}: Invocation): boolean => {
  const names = new Set<string | undefined>()
  for (const arg of args) {
    const series = arg.type === 'vector' ? arg.columns : arg.type === 'range' ? arg.series : []
    for (const {labels} of series) names.add(labels['__name__'])
  }
  return names.size > 1
}

/** Calls a function on evaluated arguments; what it makes of the metric's name and of equal labels is done here. */
export const callFunction = (
  node: Call,
  definition: FunctionDefinition,
  args: Evaluated[],
  context: Context,
): Evaluated => {
  const invocation: Invocation = {node, args, context}
  const result: Evaluated =
    definition.kind === 'whole'
      ? definition.evaluate(invocation)
      : {
          type: 'vector',
          columns:
            definition.kind === 'map' ? mapEach(definition, invocation) : windowed(definition, invocation),
        }
  if (result.type !== 'vector') return result
  if (definition.kind !== 'whole' && !canCollide(invocation)) return result
  return {
    type: 'vector',
    columns: merged(result.columns, (message) => executionError(context, message, node)),
  }
}
