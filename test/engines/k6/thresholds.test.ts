import {expect, it} from 'vitest'
import {limitReached, thresholdResults} from '../../../src/engines/k6/threshold-results.js'
import {
  countedAs,
  statOf,
  type Threshold,
  thresholdOptions,
  thresholdsOf,
  trendStatsFor,
} from '../../../src/engines/k6/thresholds.js'

it('reads thresholds as k6 prints them, with what they abort', () => {
  const options = {
    thresholds: {
      errors: ['count<1', {threshold: 'rate<2', abortOnFail: true, delayAbortEval: '10s'}, 7],
      'http_req_duration{name:pay}': [{threshold: 'p(95)<500', abortOnFail: false}],
      empty: null,
    },
  }
  expect(thresholdsOf(options)).toEqual([
    {metric: 'errors', expression: 'count<1'},
    {metric: 'errors', expression: 'rate<2', abortOnFail: true, delayAbortEval: '10s'},
    {metric: 'http_req_duration{name:pay}', expression: 'p(95)<500'},
  ])
  expect(thresholdsOf({thresholds: null})).toEqual([])
})

it('leaves the request that waits for the start out of what is measured', () => {
  expect(countedAs('http_req_failed')).toBe('http_req_failed{shakedown:load}')
  expect(countedAs('http_reqs')).toBe('http_reqs{shakedown:load}')
  expect(countedAs('http_req_duration{name:a,status:200}')).toBe(
    'http_req_duration{name:a,status:200,shakedown:load}',
  )
  expect(countedAs('checks{check:ok}')).toBe('checks{check:ok}')
  expect(thresholdOptions([{metric: 'http_reqs', expression: 'count>1', abortOnFail: true}])).toEqual({
    'http_reqs{shakedown:load}': [{threshold: 'count>1', abortOnFail: true}],
  })
})

it('asks k6 for the percentiles that thresholds look at, and for the number of samples', () => {
  const asked = [{expression: 'p( 99.9 ) < 5'}, {expression: 'avg<2'}, {expression: 'p(95)<1'}]
  expect(trendStatsFor(asked.map((one) => ({metric: 't', ...one})))).toEqual([
    'avg',
    'min',
    'med',
    'max',
    'count',
    'p(99.9)',
    'p(95)',
  ])
  expect(statOf(' rate<0.1')).toBe('rate')
})

const ended = (metric: string, expression: string, found: object, ok = true, began = 9) => {
  const [result] = thresholdResults(
    [{metric, expression}],
    {metrics: {[countedAs(metric)]: {...found, thresholds: {[expression]: {ok}}}}},
    began,
  )
  return result
}

it('tells value, limit and counts of what was measured', () => {
  const rate = {type: 'rate', contains: 'default', values: {rate: 0.25, passes: 10, fails: 30}}
  expect(ended('http_req_failed', 'rate<0.2', rate, false)).toEqual({
    metric: 'http_req_failed',
    expression: 'rate<0.2',
    held: false,
    sampled: true,
    value: 0.25,
    comparator: '<',
    limit: 0.2,
    unit: 'ratio',
    counts: {hits: 10, total: 40},
  })
  const trend = {type: 'trend', contains: 'time', values: {'p(95)': 420, avg: 1, count: 5}}
  expect(ended('http_req_duration', 'p(95) <= 500', trend)).toMatchObject({
    value: 420,
    unit: 'ms',
    comparator: '<=',
    limit: 500,
  })
  const counter = {type: 'counter', contains: 'default', values: {count: 3, rate: 1.5}}
  expect(ended('errors', 'count===3', counter)).toMatchObject({value: 3, comparator: '==', unit: 'value'})
})

it('tells what had no sample, which k6 shows as zeros', () => {
  const trend = {type: 'trend', contains: 'time', values: {avg: 0, count: 0}}
  expect(ended('http_req_duration', 'avg<1', trend)).toMatchObject({held: true, sampled: false})
  const instant = {type: 'trend', contains: 'time', values: {avg: 0, count: 4}}
  expect(ended('http_req_duration', 'avg<1', instant)).toMatchObject({sampled: true, value: 0})
  const rate = {type: 'rate', contains: 'default', values: {rate: 0, passes: 0, fails: 0}}
  expect(ended('http_req_failed', 'rate<0.01', rate)).toMatchObject({held: true, sampled: false})
  const none = {type: 'counter', contains: 'default', values: {count: 0, rate: 0}}
  expect(ended('errors', 'count<1', none)).toMatchObject({sampled: false})
  expect(ended('dropped_iterations', 'count<1', none)).toMatchObject({sampled: true, value: 0})
  expect(ended('dropped_iterations', 'count<1', none, true, 0)).toMatchObject({sampled: false})
})

it('tells what k6 did not evaluate', () => {
  const [result] = thresholdResults([{metric: 'a', expression: 'avg<2'}], undefined, 0)
  expect(result).toEqual({
    metric: 'a',
    expression: 'avg<2',
    sampled: false,
    comparator: '<',
    limit: 2,
    unit: 'value',
  })
})

it('names the crossed threshold that aborts', () => {
  const asked: Threshold[] = [
    {metric: 'a', expression: 'avg<2'},
    {metric: 'b', expression: 'avg<3', abortOnFail: true},
    {metric: 'c', expression: 'avg<4', abortOnFail: true},
  ]
  const trend = (avg: number, expression: string, ok: boolean) => ({
    type: 'trend',
    values: {avg, count: 1},
    thresholds: {[expression]: {ok}},
  })
  const metrics = {a: trend(9, 'avg<2', false), b: trend(1, 'avg<3', true), c: trend(5, 'avg<4', false)}
  expect(limitReached(asked, thresholdResults(asked, {metrics}, 1))).toEqual({
    name: 'c: avg<4',
    message: "the script's threshold c: avg<4 was crossed (5), which aborts the load",
  })
  expect(limitReached(asked.slice(0, 2), thresholdResults(asked.slice(0, 2), {metrics}, 1))).toBeUndefined()
})
