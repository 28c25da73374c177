import type {ThresholdResult} from '../engine.js'
import {countedAs, statOf, type Threshold} from './thresholds.js'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const recordOf = (value: unknown, key: string): Record<string, unknown> => {
  const found = isRecord(value) ? value[key] : undefined
  return isRecord(found) ? found : {}
}

const comparators = {'<': '<', '<=': '<=', '>': '>', '>=': '>=', '==': '==', '===': '==', '!=': '!='} as const

const isComparator = (text: string): text is keyof typeof comparators => Object.hasOwn(comparators, text)

/** The right side of an expression. k6 has refused, before the load, what is written in no such way. */
const askedBy = (expression: string): Pick<ThresholdResult, 'comparator' | 'limit'> => {
  const [, sign = '', limit = ''] = /(===|[<>!=]=|[<>])\s*([^\s<>=!]+)\s*$/.exec(expression) ?? []
  return {comparator: isComparator(sign) ? comparators[sign] : '==', limit: Number(limit)}
}

const numberIn = (values: Record<string, unknown>, key: string): number => Number(values[key] ?? 0)

/** What was measured: k6 shows zeros for a metric that a threshold names and that has no sample. */
const measured = (
  {metric, expression}: Threshold,
  found: Record<string, unknown>,
  began: number,
): Pick<ThresholdResult, 'sampled' | 'value' | 'unit' | 'counts'> => {
  const values = recordOf(found, 'values')
  const value = values[statOf(expression)]
  const unit = found['type'] === 'rate' ? 'ratio' : found['contains'] === 'time' ? 'ms' : 'value'
  const total = numberIn(values, 'passes') + numberIn(values, 'fails')
  const samples =
    found['type'] === 'trend'
      ? numberIn(values, 'count')
      : found['type'] === 'rate'
        ? total
        : // Of counters and gauges k6 does not say it: one that is zero throughout may have had none.
          Object.values(values).filter((one) => one !== 0).length
  // The one counter that is only touched when something is wrong, and that is always watched.
  const sampled = samples > 0 || (metric === 'dropped_iterations' && began > 0)
  return {
    sampled,
    unit,
    ...(sampled && typeof value === 'number' && {value}),
    ...(unit === 'ratio' && total > 0 && {counts: {hits: numberIn(values, 'passes'), total}}),
  }
}

/**
 * What became of each threshold, from k6's summary; `began` is the number of iterations that began. Where there is no
 * summary, nothing was evaluated.
 */
export const thresholdResults = (
  thresholds: readonly Threshold[],
  summary: unknown,
  began: number,
): ThresholdResult[] =>
  thresholds.map((threshold) => {
    const {metric, expression} = threshold
    const found = recordOf(recordOf(summary, 'metrics'), countedAs(metric))
    const {ok} = recordOf(recordOf(found, 'thresholds'), expression)
    return {
      metric,
      expression,
      ...(typeof ok === 'boolean' && {held: ok}),
      ...askedBy(expression),
      ...measured(threshold, found, began),
    }
  })

/** A script that calls `test.fail()` says of the whole run what a threshold says of a metric. */
export const markedAsFailed: ThresholdResult = {
  metric: 'test.fail()',
  expression: 'count<1',
  held: false,
  sampled: true,
  value: 1,
  comparator: '<',
  limit: 1,
  unit: 'value',
}

/** The threshold that ended the load, when one did. */
export const limitReached = (
  thresholds: readonly Threshold[],
  results: readonly ThresholdResult[],
): {name: string; message: string} | undefined => {
  const at = thresholds.findIndex(({abortOnFail}, index) => abortOnFail && results[index]?.held === false)
  const {metric, expression} = thresholds[at] ?? {}
  if (metric === undefined) return undefined
  const {value} = results[at] ?? {}
  const name = `${metric}: ${expression}`
  return {
    name,
    message: `the script's threshold ${name} was crossed${value === undefined ? '' : ` (${value})`}, which aborts the load`,
  }
}
