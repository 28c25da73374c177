import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../../src/run/record.js'
import type {Effects} from '../../../src/verdict/effects/effect.js'
import {effectsOf} from '../../../src/verdict/effects/effects.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'
import {flow, scrapeTimes, seriesOf} from '../../fakes/record-series.js'

const effectsAfter = (change: (record: RunRecord) => void): Effects => {
  const record = paymentSlowRecord()
  change(record)
  return effectsOf(record)
}

const counter = (
  edge: string,
  name: string,
  labels: Record<string, string>,
  ...parts: Parameters<typeof flow>
) => {
  const [from = '', to = ''] = edge.split('->')
  const of = {job: from, instance: `${from}-1`, from, to, ...labels}
  return seriesOf(name, of, scrapeTimes(-2000, 77_000, 40), flow(...parts))
}

const always = {fromMs: 0, toMs: 75_000, perSecond: 30}

/** An edge that answers all the time, and fails between two times as well. */
const edge = (name: string, failing?: {fromMs: number; toMs: number; perSecond: number}) => [
  counter(name, 'client_calls_total', {result: 'ok'}, always),
  counter(name, 'client_attempts_total', {result: 'ok'}, always),
  ...(failing ? [counter(name, 'client_attempts_total', {result: 'timeout'}, failing)] : []),
]

describe('where errors began', () => {
  it('is the deepest of the edges that failed first', () => {
    const {failing} = effectsAfter((record) => {
      record.series.push(
        ...edge('edge->gateway', {fromMs: 27_500, toMs: 55_000, perSecond: 20}),
        ...edge('gateway->order', {fromMs: 26_500, toMs: 55_000, perSecond: 20}),
        ...edge('order->payment', {fromMs: 26_000, toMs: 55_000, perSecond: 20}),
        ...edge('gateway->catalog'),
      )
    })
    // Seconds since the injection, 14 ms into second 25, each as far as its last sample.
    expect(failing).toEqual([
      {edge: 'order->payment', afterMs: 2000, origin: true},
      {edge: 'gateway->order', afterMs: 3000, origin: false},
      {edge: 'edge->gateway', afterMs: 4000, origin: false},
    ])
  })

  it('may be several edges, and is not one that fails much later', () => {
    const {failing} = effectsAfter((record) => {
      record.series.push(
        ...edge('order->payment', {fromMs: 26_000, toMs: 55_000, perSecond: 20}),
        ...edge('order->inventory', {fromMs: 26_000, toMs: 55_000, perSecond: 20}),
        ...edge('payment->psp', {fromMs: 40_000, toMs: 55_000, perSecond: 20}),
      )
    })
    expect(failing.filter(({origin}) => origin).map((one) => one.edge)).toEqual([
      'order->inventory',
      'order->payment',
    ])
  })

  it('is nowhere where an edge fails as it did before', () => {
    const {failing} = effectsAfter((record) => {
      record.series.push(...edge('order->payment', {fromMs: 0, toMs: 75_000, perSecond: 3}))
    })
    expect(failing).toEqual([])
  })
})

describe('the time of attempts on an edge', () => {
  const buckets = (slowPerSecond: number) => [
    counter('order->payment', 'client_attempt_duration_seconds_bucket', {le: '0.05'}, always),
    counter('order->payment', 'client_attempt_duration_seconds_bucket', {le: '0.1'}, always),
    counter('order->payment', 'client_attempt_duration_seconds_bucket', {le: '+Inf'}, always, {
      fromMs: 26_000,
      toMs: 54_000,
      perSecond: slowPerSecond,
    }),
  ]

  it('is the bucket of its 99th percentile in each phase, open above the top bound', () => {
    const {edges} = effectsAfter((record) => {
      record.series.push(...edge('order->payment'), ...buckets(3))
    })
    expect(edges.map(({phase, p99Ms}) => [phase, p99Ms])).toEqual([
      ['baseline', {low: 0, high: 50}],
      ['fault', {low: 100}],
      ['recovery', {low: 0, high: 50}],
    ])
  })

  it('is not told where nobody measures it', () => {
    const {edges} = effectsAfter((record) => {
      record.series.push(...edge('order->payment'))
    })
    expect(edges[0]).not.toHaveProperty('p99Ms')
  })
})

describe('peaks after healing', () => {
  it('are the worst second of latency, and the edge with the largest rise of attempts', () => {
    const {overshoot} = effectsAfter((record) => {
      record.series.push(
        ...edge('gateway->order', {fromMs: 57_000, toMs: 59_000, perSecond: 30}),
        ...edge('order->payment', {fromMs: 57_000, toMs: 59_000, perSecond: 120}),
      )
    })
    expect(overshoot?.latency?.baselineMs).toBeCloseTo(29, 0)
    expect(overshoot?.latency?.peakMs).toBeCloseTo(2000, -1)
    expect(overshoot?.attempts).toEqual({edge: 'order->payment', peakPerSecond: 150, baselinePerSecond: 30})
  })
})
