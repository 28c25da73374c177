import {expect} from 'vitest'
import type {Answer, Series} from '../../src/metrics/source.js'
import {evaluateInstant, memoryStorage} from '../../src/promql/index.js'

/** Expressions whose answer must be the one our evaluator gives over the same raw samples. */
export const expressions = [
  'requests_total',
  'sum by (code) (requests_total)',
  'requests_total{code!~"5.."} offset 1s',
  'rate(requests_total[2s])',
  'sum(rate(requests_total[2500ms]))',
  'increase(restarted_total[20s])',
  'increase(requests_total[2500ms])',
  'irate(requests_total[3s])',
  'delta(temperature[3s])',
  'deriv(temperature[4s])',
  'resets(restarted_total[20s])',
  'changes(temperature[3s])',
  'avg_over_time(temperature[3s])',
  'stddev_over_time(temperature[4s])',
  'quantile_over_time(0.3, temperature[4s])',
  'increase(late_total[20s])',
  'max_over_time(ticks_total[1m])',
  'count_over_time(ticks_total[1m])',
  'sum(increase(ticks_total[1m]))',
  'histogram_quantile(0.6, sum by (le) (rate(duration_seconds_bucket[3s])))',
  'rate(duration_seconds_sum[3s]) / rate(duration_seconds_count[3s])',
  'sum(requests_total{code="500"}) / sum(requests_total)',
  'max_over_time(sum(rate(requests_total[2s]))[3s:500ms])',
  'topk(1, requests_total)',
  'special',
  'scalar(sum(temperature)) * 2',
  'absent(nothing{a="b"})',
  'up == 1',
  'time()',
]

const sorted = (answers: Answer[]): Answer[] =>
  answers
    .map(({labels, value}) => ({labels: Object.fromEntries(Object.entries(labels).sort()), value}))
    .sort((a, b) => (JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1))

/** Equal to nine digits; NaN equals NaN. */
export const expectSame = (found: Answer[], expected: Answer[]): void => {
  expect(sorted(found).map(({labels}) => labels)).toEqual(sorted(expected).map(({labels}) => labels))
  for (const [index, {value}] of sorted(found).entries()) {
    const wanted = sorted(expected)[index]?.value ?? Number.NaN
    const isSame = Object.is(value, wanted) || Math.abs(value - wanted) <= 1e-9 * Math.abs(wanted)
    expect(isSame, `${value} instead of ${wanted}`).toBe(true)
  }
}

/** Evaluates over raw samples, as the source itself should have. */
export const evaluated = (
  expression: string,
  series: Series[],
  atMs: number,
  rangeStart: 'open' | 'closed',
): Answer[] => {
  const {value} = evaluateInstant(expression, memoryStorage(series), atMs, {rangeStart})
  if (value.type === 'scalar') return [{labels: {}, value: value.value}]
  if (value.type === 'vector')
    return value.samples.map(({labels, value: sample}) => ({labels, value: sample}))
  throw new Error(`${expression} is a ${value.type}`)
}
