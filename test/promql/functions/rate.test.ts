import {describe, expect, it} from 'vitest'
import {evaluateInstant} from '../../../src/promql/index.js'
import {vectorAt} from '../answers.js'
import {storageOf} from '../storage-of.js'

describe('rate and its like', () => {
  // Samples every 10 s from 0 s on. Hand calculation: rise × (sampled + extension at each end) / sampled.
  it.each([
    ['fills up both ends when the gaps are small', 'c 100+10x10', 'increase(c[1m])', 65, 60],
    ['sees two samples as a whole window', 'c 100+10x10', 'increase(c[20s])', 60, 20],
    ['extends by half an interval over a large gap', 'c 1000 1010 1020', 'increase(c[2m])', 60, 30],
    ['does not extend a counter below zero', 'c 2 12 22', 'increase(c[50s])', 22, 20 * ((20 + 2 + 2) / 20)],
    ['lets a gauge go below zero', 'g 2 12 22', 'delta(g[50s])', 22, 20 * ((20 + 5 + 2) / 20)],
    ['counts from zero after a reset', 'c 100 110 5 15', 'increase(c[1m])', 30, 25 * ((30 + 5) / 30)],
    ['divides by the window, not by the samples', 'c 100+10x10', 'rate(c[1m])', 65, 1],
    ['looks at the last two samples', 'c 0 100 103', 'irate(c[1m])', 25, 0.3],
    ['takes a reset between the last two as a start from zero', 'c 0 100 3', 'irate(c[1m])', 25, 0.3],
    ['lets idelta fall', 'g 0 100 3', 'idelta(g[1m])', 25, -97],
    ['counts resets', 'c 1 2 1 1 0', 'resets(c[1m])', 45, 2],
    ['counts changes, NaN to NaN not among them', 'c 1 1 2 NaN NaN 3', 'changes(c[2m])', 60, 3],
    ['leaves staleness markers out', 'c 100 110 stale 130 140', 'increase(c[1m])', 40, 40 + 40 / 3 / 2],
  ])('%s', (_behaviour, series, expression, seconds, expected) => {
    expect(vectorAt(storageOf('10s', series), expression, seconds)['']).toBeCloseTo(expected, 9)
  })

  it('has no answer for a single sample', () => {
    const storage = storageOf('10s', 'c 1 2 3 4')
    expect(vectorAt(storage, 'rate(c[10s])', 30)).toEqual({})
    expect(vectorAt(storage, 'irate(c[10s])', 30)).toEqual({})
  })

  it('includes the start of the window only when told to behave as Prometheus 2', () => {
    const storage = storageOf('10s', 'c 1 2 3 4')
    expect(vectorAt(storage, 'count_over_time(c[10s])', 30)).toEqual({'': 1})
    expect(vectorAt(storage, 'count_over_time(c[10s])', 30, {rangeStart: 'closed'})).toEqual({'': 2})
  })

  it('drops the name and keeps the series apart', () => {
    const storage = storageOf('10s', 'c_total{pod="a"} 0+1x6', 'c_total{pod="b"} 0+2x6')
    expect(vectorAt(storage, 'rate(c_total[1m])', 60)).toEqual({'pod=a': 0.1, 'pod=b': 0.2})
  })

  it('informs about a rate of something that is not named like a counter', () => {
    const storage = storageOf('10s', 'temperature 1 2 3', 'errors_total 1 2 3')
    expect(evaluateInstant('sum(rate(temperature[1m]))', storage, 20_000).infos).toEqual([
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "temperature" (1:10)',
    ])
    expect(evaluateInstant('rate(errors_total[1m])', storage, 20_000).infos).toEqual([])
    expect(evaluateInstant('rate(temperature[1m])', storage, 900_000).infos).toEqual([])
  })

  it('refuses two series that only their names tell apart', () => {
    const storage = storageOf('10s', 'a{x="1"} 1 2 3', 'b{x="1"} 1 2 3')
    expect(() => vectorAt(storage, 'rate({__name__=~"a|b"}[1m])', 20)).toThrow(
      'vector cannot contain metrics with the same labelset',
    )
  })
})
