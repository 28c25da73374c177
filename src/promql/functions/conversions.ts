import {type Column, timeAt, valueAt} from '../evaluate/values.js'
import {withoutName} from '../labels.js'
import {type Functions, scalarArgument, vectorArgument, type WholeFunction} from './function.js'

const onlyValueAt = (columns: Column[], step: number): number => {
  const present = columns.filter((column) => column.present[step])
  const [single] = present
  return single && present.length === 1 ? valueAt(single.values, step) : Number.NaN
}

const sort = (direction: 1 | -1): WholeFunction => ({
  kind: 'whole',
  args: ['vector'],
  returns: 'vector',
  evaluate: (invocation) => {
    const {columns} = vectorArgument(invocation, 0)
    // The order of series means something at one instant only; a range query sorts by labels anyway.
    if (invocation.context.grid.count !== 1) return {type: 'vector', columns}
    const rank = (left: number, right: number): number => {
      if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : 1
      return Number.isNaN(right) ? -1 : direction * (left < right ? -1 : left > right ? 1 : 0)
    }
    return {
      type: 'vector',
      columns: columns.toSorted((left, right) => rank(valueAt(left.values, 0), valueAt(right.values, 0))),
    }
  },
})

/** Between scalars and vectors, and what depends on the evaluation time. */
export const conversionFunctions = {
  scalar: {
    kind: 'whole',
    args: ['vector'],
    returns: 'scalar',
    evaluate: (invocation) => {
      const {columns} = vectorArgument(invocation, 0)
      const {count} = invocation.context.grid
      return {
        type: 'scalar',
        values: Float64Array.from({length: count}, (_, step) => onlyValueAt(columns, step)),
      }
    },
  },
  vector: {
    kind: 'whole',
    args: ['scalar'],
    returns: 'vector',
    evaluate: (invocation) => {
      const {values} = scalarArgument(invocation, 0)
      return {type: 'vector', columns: [{labels: {}, values, present: new Uint8Array(values.length).fill(1)}]}
    },
  },
  time: {
    kind: 'whole',
    args: [],
    returns: 'scalar',
    evaluate: ({context: {grid}}) => ({
      type: 'scalar',
      values: Float64Array.from({length: grid.count}, (_, step) => timeAt(grid, step) / 1000),
    }),
  },
  pi: {
    kind: 'whole',
    args: [],
    returns: 'scalar',
    evaluate: ({context: {grid}}) => ({type: 'scalar', values: new Float64Array(grid.count).fill(Math.PI)}),
  },
  timestamp: {
    kind: 'whole',
    args: ['vector'],
    returns: 'vector',
    readsSampleTimes: true,
    evaluate: (invocation) => {
      const {grid} = invocation.context
      const columns = vectorArgument(invocation, 0).columns.map(({labels, values, present}) => ({
        labels: withoutName(labels),
        values: values.map((_, step) => timeAt(grid, step) / 1000),
        present,
      }))
      return {type: 'vector', columns}
    },
  },
  sort: sort(1),
  sort_desc: sort(-1),
} satisfies Functions
