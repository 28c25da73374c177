import type {ValueType} from '../syntax/ast.js'
import {avg, count, group, max, min, type Reduce, stddev, stdvar, sum} from './reduce.js'

export interface Aggregation {
  /** The type of the argument before the vector, where there is one. */
  parameter?: ValueType
  /** Reduces the values of a group to one; the others have files of their own. */
  reduce?: Reduce
}

/** Every aggregation operator, by the name it has in an expression. */
export const aggregations: Record<string, Aggregation> = {
  sum: {reduce: sum},
  avg: {reduce: avg},
  min: {reduce: min},
  max: {reduce: max},
  count: {reduce: count},
  group: {reduce: group},
  stddev: {reduce: stddev},
  stdvar: {reduce: stdvar},
  quantile: {parameter: 'scalar'},
  topk: {parameter: 'scalar'},
  bottomk: {parameter: 'scalar'},
  count_values: {parameter: 'string'},
}
