// Not from promql/index.js: reading a scenario needs no evaluator, and every command that reads one would wait for it.
import {PromqlError} from '../promql/errors.js'
import {parseSelector, selectorsOf} from '../promql/selectors.js'
import {parse} from '../promql/syntax/parse.js'
import type {QueryKind} from '../scenarios/vocabulary.js'
import {severalSeries} from './several-series.js'

/** What cannot be judged by a number: nothing is compared with a text, or with a list of samples. */
const expressionLack = (expression: string): string | undefined => {
  const {type} = parse(expression)
  if (type === 'string') return 'answers a text, which is no number to judge: write an expression of series'
  if (type === 'range') {
    return `answers a range of samples, which is no number to judge: put a function around it, as in max_over_time(${expression})`
  }
  if (selectorsOf(expression).length === 0)
    return 'reads no series, and so answers the same whatever happens: write an expression of series, as in max(up)'
  return undefined
}

const selectorLack = (selector: string): string | undefined =>
  parseSelector(selector).some(({label, op}) => label === '__name__' && op === '=')
    ? undefined
    : 'names no metric: put its name before the labels, as in http_requests_total{job="edge"}'

/** Why PromQL cannot stand where a number is judged, or where counters are counted; nothing when it can. */
export const queryLack = (expression: string, kind: QueryKind): string | undefined => {
  try {
    if (kind === 'selector') return selectorLack(expression)
    return expressionLack(expression) ?? (kind === 'single' ? severalSeries(expression) : undefined)
  } catch (error) {
    if (error instanceof PromqlError) return error.message
    throw error
  }
}
