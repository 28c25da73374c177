import {type Column, emptyColumn, isEmpty, put, valueAt} from '../evaluate/values.js'
import type {Matching, SetOperator} from '../syntax/ast.js'
import {numbered} from './signature.js'

/** Where any of the columns with a signature is present: `[signature * steps + step]`. */
const presence = (columns: Column[], numbers: number[], signatures: number, steps: number): Uint8Array => {
  const seen = new Uint8Array(signatures * steps)
  columns.forEach(({present}, index) => {
    const offset = (numbers[index] ?? 0) * steps
    for (let step = 0; step < steps; step++) if (present[step]) seen[offset + step] = 1
  })
  return seen
}

/** Keeps the samples of columns whose signature is (`wanted` 1) or is not (0) present on the other side. */
const filtered = (columns: Column[], numbers: number[], other: Uint8Array, wanted: 0 | 1): Column[] =>
  columns.flatMap((column, index) => {
    const steps = column.values.length
    const offset = (numbers[index] ?? 0) * steps
    const kept = emptyColumn(column.labels, steps)
    for (let step = 0; step < steps; step++) {
      if (column.present[step] && other[offset + step] === wanted)
        put(kept, step, valueAt(column.values, step))
    }
    return isEmpty(kept) ? [] : [kept]
  })

/** `and`, `or`, `unless`: whole samples are kept or dropped, labels and values stay as they are. */
export const combineSets = (
  operator: SetOperator,
  left: Column[],
  right: Column[],
  matching: Matching | undefined,
): Column[] => {
  const steps = (left[0] ?? right[0])?.values.length ?? 0
  const numbers = numbered(left, right, matching)
  if (operator === 'or') {
    const seen = presence(left, numbers.left, numbers.count, steps)
    return [...left, ...filtered(right, numbers.right, seen, 0)]
  }
  const seen = presence(right, numbers.right, numbers.count, steps)
  return filtered(left, numbers.left, seen, operator === 'and' ? 1 : 0)
}
