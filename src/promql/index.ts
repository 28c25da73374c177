/** PromQL: parse an expression, evaluate it over stored samples. Imports nothing else of ours, touches nothing. */
export {type Position, PromqlError, type PromqlErrorKind} from './errors.js'
export {
  type Answer,
  type EvaluateOptions,
  evaluateInstant,
  evaluateRange,
  type Matrix,
  type MatrixSeries,
  type RangeOptions,
  type Value,
} from './evaluate/query.js'
export {matches} from './matchers.js'
export {memoryStorage} from './memory-storage.js'
export {parseSelector, type SelectorUse, selectorsOf} from './selectors.js'
export type {Matcher, SeriesData, Storage} from './storage.js'
export type {Expression} from './syntax/ast.js'
export {parse} from './syntax/parse.js'
