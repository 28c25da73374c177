import hdr from 'hdr-histogram-js'
import {describe, expect, it} from 'vitest'
import {createLoadSeries, type SecondOfLoad} from '../../../src/plan/load-metrics/series.js'

/** Latencies in milliseconds, encoded as an engine does. */
const histogramOf = (latenciesMs: number[]): string => {
  const histogram = hdr.build({bitBucketSize: 32, numberOfSignificantValueDigits: 3})
  for (const ms of latenciesMs) histogram.recordValue(ms * 1000)
  return hdr.encodeIntoCompressedBase64(histogram)
}

const second = (index: number, more: Partial<SecondOfLoad> = {}): SecondOfLoad => ({
  startMs: 10_000 + index * 1000,
  requests: {
    pay: {
      skipped: 1,
      answered: {200: 2},
      failed: {reset: 1},
      unexpected: 1,
      histogram: histogramOf([4, 120]),
    },
  },
  arrivals: 3,
  health: {cpu: 0.5, inFlight: 7, latenessMs: {p50: 1, p99: 2, max: 3}, gcMs: 20},
  ...more,
})

const subject = {
  requests: [{name: 'pay', stream: 'load', tags: {tier: 'gold'}}],
  flows: ['buy'],
  boundsMs: [333],
}

const pay = {request: 'pay', stream: 'load', tier: 'gold', job: 'shakedown', instance: 'load'}

describe('the metrics of a load', () => {
  it('count from zero, which is there before the first request', () => {
    const series = createLoadSeries(subject)
    const zeros = series.begin(10_000)
    expect(new Set(zeros.map(({value, tMs}) => `${value} at ${tMs}`))).toEqual(new Set(['0 at 10000']))
    const labels = zeros.map(({labels}) => labels)
    expect(labels).toContainEqual({
      __name__: 'shakedown_load_requests_total',
      ...pay,
      outcome: 'answered',
      code: '200',
    })
    expect(labels).toContainEqual({
      __name__: 'shakedown_load_request_duration_seconds_bucket',
      ...pay,
      le: '0.333',
    })
    expect(
      labels.some(({__name__, flow}) => __name__ === 'shakedown_load_flows_total' && flow === 'buy'),
    ).toBe(true)
  })

  it('grow by what each second says, at its end', () => {
    const series = createLoadSeries(subject)
    series.begin(10_000)
    series.add(second(0))
    const samples = series.add(second(1))
    const amountOf = (name: string, labels: Record<string, string> = {}): number | undefined => {
      const found = samples.filter(
        (sample) =>
          sample.labels['__name__'] === `shakedown_load_${name}` &&
          Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
      )
      expect(found.map(({tMs}) => tMs)).toEqual([12_000])
      return found[0]?.value
    }
    expect(amountOf('requests_total', {code: '200'})).toBe(4)
    expect(amountOf('requests_total', {error: 'reset'})).toBe(2)
    expect(amountOf('requests_total', {outcome: 'skipped'})).toBe(2)
    expect(amountOf('unexpected_answers_total')).toBe(2)
    expect(amountOf('arrivals_total')).toBe(6)
    expect(amountOf('in_flight')).toBe(7)
    expect(amountOf('lateness_seconds', {quantile: '0.99'})).toBe(0.002)
    expect(amountOf('gc_seconds_total')).toBeCloseTo(0.04)
    // A request without an answer is above every bound: two answers below a second, of three requests.
    expect(amountOf('request_duration_seconds_bucket', {le: '0.002'})).toBe(0)
    expect(amountOf('request_duration_seconds_bucket', {le: '0.005'})).toBe(2)
    expect(amountOf('request_duration_seconds_bucket', {le: '60'})).toBe(4)
    expect(amountOf('request_duration_seconds_bucket', {le: '+Inf'})).toBe(6)
    expect(amountOf('request_duration_seconds_count')).toBe(6)
    expect(amountOf('request_duration_seconds_sum')).toBeCloseTo(0.248, 3)
  })

  it('lose nothing of a series that comes up later: it was zero a second before', () => {
    const series = createLoadSeries(subject)
    series.begin(10_000)
    series.add(second(0))
    const requests = {
      pay: {skipped: 0, answered: {503: 5}, failed: {}, histogram: histogramOf([1, 1, 1, 1, 1])},
    }
    const flows = {buy: {started: 5, completed: 1, broken: {pay: {status: 4}}}}
    const samples = series.add(second(1, {requests, flows}))
    const ofCode = samples.filter(({labels}) => labels['code'] === '503').map(({tMs, value}) => [tMs, value])
    expect(ofCode).toEqual([
      [11_000, 0],
      [12_000, 5],
    ])
    const broken = samples.filter(({labels}) => labels['outcome'] === 'broken')
    expect(broken.map(({labels: {step, reason, flow}, value}) => [flow, step, reason, value])).toEqual([
      ['buy', 'pay', 'status', 0],
      ['buy', 'pay', 'status', 4],
    ])
  })

  it('know requests that no scenario names, as scripts have them', () => {
    const series = createLoadSeries({requests: [], flows: [], boundsMs: []})
    series.begin(0)
    const labels = series.add(second(0)).map((sample) => sample.labels)
    expect(labels.find(({code}) => code === '200')).toEqual({
      __name__: 'shakedown_load_requests_total',
      request: 'pay',
      outcome: 'answered',
      code: '200',
      job: 'shakedown',
      instance: 'load',
    })
  })
})
