import {expect, it} from 'vitest'
import type {ThresholdResult} from '../../../../src/engines/engine.js'
import {mergedThresholds} from '../../../../src/engines/k6/cluster/merged-thresholds.js'

const base = {metric: 'm', sampled: true, comparator: '<', limit: 0.5, unit: 'value'} as const
const rate = (hits: number, total: number): ThresholdResult => ({
  ...base,
  expression: 'rate<0.5',
  unit: 'ratio',
  held: hits / total < 0.5,
  value: hits / total,
  counts: {hits, total},
})
const p95 = (value: number): ThresholdResult => ({
  ...base,
  expression: 'p(95)<100',
  unit: 'ms',
  limit: 100,
  held: value < 100,
  value,
})

it.each([
  ['adds up shares', [rate(9, 10), rate(0, 30)], {held: true, value: 0.225, counts: {hits: 9, total: 40}}],
  ['keeps a percentile that held everywhere, with the worst', [p95(50), p95(80)], {held: true, value: 80}],
  ['keeps one that was crossed everywhere', [p95(150), p95(180)], {held: false}],
])('%s', (_what, results, expected) => {
  expect(mergedThresholds(results.map((one) => [one]))).toMatchObject([expected])
})

it('does not know of a percentile that held in one pod alone, and names no value', () => {
  const [merged] = mergedThresholds([[p95(50)], [p95(180)]])
  expect(merged?.sampled).toBe(true)
  expect([merged?.held, merged?.value]).toEqual([undefined, undefined])
})

it('adds up counts', () => {
  const count = (value: number): ThresholdResult => ({
    ...base,
    expression: 'count>39',
    comparator: '>',
    limit: 39,
    held: value > 39,
    value,
  })
  expect(mergedThresholds([[count(20)], [count(22)]])).toMatchObject([{held: true, value: 42}])
})

it('judges nothing when a pod broke off', () => {
  const {held: _held, value: _value, counts: _counts, ...silent} = rate(1, 2)
  expect(mergedThresholds([[rate(1, 10)], [silent]])[0]?.held).toBeUndefined()
})

it('leaves out a pod that measured nothing', () => {
  const unsampled: ThresholdResult = {
    ...base,
    expression: 'p(95)<100',
    limit: 100,
    held: true,
    sampled: false,
  }
  expect(mergedThresholds([[unsampled], [p95(50)]])).toMatchObject([{held: true, value: 50, sampled: true}])
})
