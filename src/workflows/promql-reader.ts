// Not from promql/index.js: reading a scenario needs no evaluator, and every command that reads one would wait for it.
import {PromqlError} from '../promql/errors.js'
import {selectorsOf} from '../promql/selectors.js'
import {counterShape, quotient, withRange} from '../promql/shapes.js'
import {parse} from '../promql/syntax/parse.js'
import type {PromqlReader} from '../scenarios/promql-reader.js'

/** What `read` throws about an expression, as a value. */
const refused = <T>(read: () => T): {value: T} | {error: PromqlError} => {
  try {
    return {value: read()}
  } catch (error) {
    if (error instanceof PromqlError) return {error}
    throw error
  }
}

/** Reads PromQL for the readers of rule and SLO files. */
export const promqlReader: PromqlReader = {
  check: (expression) => {
    const result = refused(() => parse(expression))
    if ('value' in result) return undefined
    const {message, position, kind} = result.error
    return {message, offset: position.offset, unsupported: kind === 'unsupported'}
  },
  metrics: (expression) =>
    selectorsOf(expression)
      .flatMap(({matchers}) => matchers)
      .filter(({label, op}) => label === '__name__' && op === '=')
      .map(({value}) => value),
  reachMs: (expression) => Math.max(0, ...selectorsOf(expression).map(({rangeMs = 0}) => rangeMs)),
  counters: counterShape,
  quotient,
  withRange: (expression, range) => {
    const result = refused(() => withRange(expression, range))
    if ('value' in result) return result.value
    return {problem: result.error.message, offset: result.error.position.offset}
  },
}
