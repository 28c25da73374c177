import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import type {Objective} from '../../src/scenarios/scenario.js'
import {one, ratio, verdictOf} from '../fakes/record-judged.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {runStartMs} from '../fakes/record-series.js'

describe('a share of good events', () => {
  it('is the same from good as from bad events', () => {
    const {bad: _, ...rest} = ratio()
    const good = one({...rest, good: 'http_requests_total{job="edge", code!~"5.."}'})
    expect(good.counts).toEqual({good: 2698, bad: 2, total: 2700})
    expect(one(ratio()).counts).toEqual(good.counts)
  })

  it('does not lose the errors of a series that was born with the fault', () => {
    // The first sample of the 503s is 1, not 0: rate() and increase() would start from it.
    expect(one(ratio()).counts?.bad).toBe(2)
  })

  it.each([
    ['no series matches http_requests_total{job="edgy"}', {total: 'http_requests_total{job="edgy"}'}],
    ['the record does not know that metric', {bad: 'http_errors_total{job="edge"}'}],
    ['the record does not know that metric from that job', {bad: 'http_requests_total{job="edgy"}'}],
    ['has the label statuscode', {bad: 'http_requests_total{job="edge", statuscode="500"}'}],
    [
      'they do not count the same events',
      {bad: 'http_requests_total{job="edge"}', total: 'http_requests_total{code="503"}'},
    ],
  ])('is inconclusive: %s', (message, change) => {
    const verdict = one(ratio(change))
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message).toContain(message)
  })

  it('is inconclusive when there were no events in the phase', () => {
    const only503 = 'http_requests_total{code="503"}'
    const verdict = one(ratio({total: only503, bad: only503, during: ['baseline']}))
    expect([verdict.outcome, verdict.message]).toEqual([
      'inconclusive',
      `no data: ${only503} counted no events in the baseline phase`,
    ])
  })

  it('takes an error code that never came for zero errors', () => {
    expect(one(ratio({bad: 'http_requests_total{job="edge", code="500"}'})).counts?.bad).toBe(0)
  })

  it('says how many more events would decide, and how long the phase would be', () => {
    const verdict = verdictOf(() => {}, [
      ratio({target: 0.999, bad: 'http_requests_total{job="edge", code="500"}'}),
    ])
    expect(verdict.objectives[0]).toMatchObject({outcome: 'inconclusive', needs: {events: 988}})
    expect(verdict.advice).toEqual(['"up" decides with a fault phase of about 44s, or with more load.'])
  })

  it('is inconclusive below the smallest number of samples, however good', () => {
    const verdict = one(ratio({minSamples: 5000}))
    expect(verdict).toMatchObject({outcome: 'inconclusive', needs: {events: 2300}})
  })

  it('says that a target of 100% cannot be shown', () => {
    const verdict = one(ratio({target: 1, bad: 'http_requests_total{job="edge", code="500"}'}))
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message).toContain('no number of events can show 100%')
  })

  it('is inconclusive when its own samples end before the phase, though others go on', () => {
    const verdict = one(ratio(), (record) => {
      for (const series of record.series.filter(({labels}) => labels['__name__'] === 'http_requests_total')) {
        const end = series.t.findIndex((t) => t > runStartMs + 50_000)
        series.t.length = end
        series.v.length = end
      }
    })
    expect(verdict).toMatchObject({outcome: 'inconclusive'})
    expect(verdict.message).toContain('stale data')
  })

  it('is inconclusive when its samples stop before the phase: they would count for the phase before', () => {
    const verdict = one(ratio(), (record) => {
      for (const series of record.series.filter(({labels}) => labels['__name__'] === 'http_requests_total')) {
        const kept = series.t.map((t) => t < runStartMs + 20_000 || t > runStartMs + 26_000)
        series.v = series.v.filter((_, index) => kept[index])
        series.t = series.t.filter((_, index) => kept[index])
      }
    })
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message).toContain('older than the start of the phase')
  })

  it('does not count what a record made with a Prometheus was not asked for', () => {
    const prometheus = (record: RunRecord): void => {
      record.header.plan.target.metrics = {kind: 'prometheus', url: 'http://127.0.0.1:9090'}
    }
    expect(one(ratio(), prometheus).message).toContain('the record does not hold')
    const own = paymentSlowRecord().header.plan.scenario.objectives[0]
    expect(own && one(own, prometheus).outcome).toBe('pass')
  })
})

describe('a share of requests below a latency', () => {
  const latency = (belowMs: number): Objective => ({
    kind: 'latency',
    name: 'fast',
    latency: 'http_request_duration_seconds{job="edge", route="/checkout"}',
    belowMs,
    target: 0.95,
    during: ['fault'],
    confidence: 0.95,
    minSamples: 10,
  })

  it('is counted at the exact bound', () => {
    expect(one(latency(300)).counts).toEqual({good: 880, bad: 20, total: 900})
  })

  it.each([
    [250, '250ms is not a bucket bound of', 'bounds next to it: 100ms, 300ms'],
    [50, '50ms is not a bucket bound of', 'bounds next to it: 100ms'],
    [9000, '9s is not a bucket bound of', 'bounds next to it: 500ms'],
  ])('names the neighbours of %i ms, which is no bound', (belowMs, start, end) => {
    const verdict = one(latency(belowMs))
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message.startsWith(start) && verdict.message.endsWith(end)).toBe(true)
  })

  it('is inconclusive when one replica lacks the bound', () => {
    const verdict = one(latency(300), (record) => {
      const other = {
        __name__: 'http_request_duration_seconds_bucket',
        job: 'edge',
        instance: 'edge-2',
        route: '/checkout',
      }
      record.series.push({labels: {...other, le: '+Inf'}, t: [runStartMs], v: [0]})
    })
    expect(verdict.message).toContain('not every histogram')
  })
})
