import {type Context, executionError} from '../evaluate/context.js'
import {type Column, emptyColumn, put, type ScalarValue, valueAt} from '../evaluate/values.js'
import type {Aggregate} from '../syntax/ast.js'
import type {Group} from './groups.js'
import {bestFirst, type Entry, offer, type Worse} from './heap.js'

/** NaN is always the first to go, whichever end is asked for. */
const worseBy: Record<'topk' | 'bottomk', Worse> = {
  topk: (left, right) => Number.isNaN(left) || left < right,
  bottomk: (left, right) => Number.isNaN(left) || left > right,
}

const checkSizes = ({values}: ScalarValue, node: Aggregate, context: Context): void => {
  const at = node.parameter ?? node
  for (const size of values) {
    if (Number.isNaN(size)) throw executionError(context, 'Parameter value is NaN', at)
    if (Math.abs(size) >= 2 ** 63) throw executionError(context, `Scalar value ${size} overflows int64`, at)
  }
}

const bestAt = (members: readonly Column[], step: number, size: number, worse: Worse): number[] => {
  const heap: Entry[] = []
  for (let index = 0; index < members.length; index++) {
    const member = members[index]
    if (member?.present[step]) offer(heap, size, worse, valueAt(member.values, step), index)
  }
  return bestFirst(heap, worse)
}

/** `topk` and `bottomk`: at each step the k first of each group, unchanged. They come out in the order of rank. */
export const ranked = (node: Aggregate, groups: Group[], sizes: ScalarValue, context: Context): Column[] => {
  checkSizes(sizes, node, context)
  const worse = worseBy[node.operator === 'topk' ? 'topk' : 'bottomk']
  const chosen = new Map<Column, Column>()
  const choose = (column: Column, step: number): void => {
    const result = chosen.get(column) ?? emptyColumn(column.labels, context.grid.count)
    chosen.set(column, result)
    put(result, step, valueAt(column.values, step))
  }
  for (let step = 0; step < context.grid.count; step++) {
    const size = Math.max(0, Math.trunc(valueAt(sizes.values, step)))
    if (size === 0) continue
    for (const {members} of groups) {
      for (const index of bestAt(members, step, size, worse)) {
        const column = members[index]
        if (column) choose(column, step)
      }
    }
  }
  return [...chosen.values()]
}
