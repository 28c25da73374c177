import {type Context, executionError} from '../evaluate/context.js'
import {type Column, emptyColumn, put, type ScalarValue, valueAt} from '../evaluate/values.js'
import type {Aggregate} from '../syntax/ast.js'
import type {Group} from './groups.js'

/** Orders by value with NaN always last, whichever end is asked for. */
const byRank =
  (direction: 1 | -1) =>
  (left: number, right: number): number => {
    if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : 1
    if (Number.isNaN(right)) return -1
    return left < right ? -direction : left > right ? direction : 0
  }

const checkSizes = ({values}: ScalarValue, node: Aggregate, context: Context): void => {
  const at = node.parameter ?? node
  for (const size of values) {
    if (Number.isNaN(size)) throw executionError(context, 'Parameter value is NaN', at)
    if (Math.abs(size) >= 2 ** 63) throw executionError(context, `Scalar value ${size} overflows int64`, at)
  }
}

/** `topk` and `bottomk`: at each step the k first of each group, unchanged. They come out in the order of rank. */
export const ranked = (node: Aggregate, groups: Group[], sizes: ScalarValue, context: Context): Column[] => {
  checkSizes(sizes, node, context)
  const compare = byRank(node.operator === 'topk' ? -1 : 1)
  const chosen = new Map<Column, Column>()
  for (let step = 0; step < context.grid.count; step++) {
    const size = Math.max(0, Math.trunc(valueAt(sizes.values, step)))
    if (size === 0) continue
    for (const {members} of groups) {
      const present = members.filter((column) => column.present[step])
      present.sort((left, right) => compare(valueAt(left.values, step), valueAt(right.values, step)))
      for (const column of present.slice(0, size)) {
        const result = chosen.get(column) ?? emptyColumn(column.labels, context.grid.count)
        chosen.set(column, result)
        put(result, step, valueAt(column.values, step))
      }
    }
  }
  return [...chosen.values()]
}
