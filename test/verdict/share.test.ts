import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import type {LatencyObjective} from '../../src/scenarios/scenario.js'
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
  const latency = (belowMs: number): LatencyObjective => ({
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
    [
      'passes by the bound under it',
      0.95,
      'pass',
      'at least 97.8% below 250ms (880 of 900 below 100ms, the bucket bound under it), asked for 95%',
    ],
    [
      'fails by the bound over it',
      0.995,
      'fail',
      'at most 97.8% below 250ms (880 of 900 below 300ms, the bucket bound over it), asked for 99.5%',
    ],
  ] as const)('%s where the latency is no bound', (_, target, outcome, message) => {
    expect(one({...latency(250), target})).toMatchObject({
      outcome,
      message,
      bounds: {belowMs: 100, aboveMs: 300},
    })
  })

  /** So many a second of the fault phase took longer than 100 ms, and no longer than 300 ms. */
  const between100And300 = (perSecond: number) => (record: RunRecord) => {
    for (const {labels, t, v} of record.series) {
      if (labels['le'] !== '0.1') continue
      for (const [at, tMs] of t.entries()) {
        const sinceMs = Math.min(30_000, Math.max(0, tMs - runStartMs - 25_000))
        v[at] = (v[at] ?? 0) - Math.floor((sinceMs * perSecond) / 1000)
      }
    }
  }

  it('decides nothing between the two bounds, and says which bucket would tell', () => {
    const verdict = verdictOf(between100And300(3), [latency(250)])
    expect(verdict.objectives[0]).toMatchObject({
      outcome: 'inconclusive',
      message:
        'between 88% and 97.8% below 250ms (792 of 900 below 100ms, 880 of 900 below 300ms), asked for 95%; add a bucket at 250ms to tell',
      bounds: {belowMs: 100, aboveMs: 300},
    })
    expect(verdict.objectives[0]?.needs).toBeUndefined()
    expect(verdict.advice.join()).toContain('needs a histogram with a bucket bound at its latency')
  })

  it('reports an interval from what is certainly good to what is certainly bad', () => {
    const {interval, estimate} = one(latency(250), between100And300(3))
    const [low, high] = [one(latency(100), between100And300(3)), one(latency(300), between100And300(3))]
    expect(interval).toEqual({low: low.interval?.low, high: high.interval?.high})
    expect(estimate).toBe(low.estimate)
  })

  it('may miss, and never meet, a latency below the lowest bound', () => {
    expect(one(latency(50))).toMatchObject({
      outcome: 'inconclusive',
      message:
        'between 0% and 97.8% below 50ms (880 of 900 below 100ms), asked for 95%; add a bucket at 50ms to tell',
    })
    expect(one({...latency(50), target: 0.995})).toMatchObject({outcome: 'fail'})
  })

  it('is refused above the top bucket, where nothing is known', () => {
    expect(one(latency(9000))).toMatchObject({
      outcome: 'inconclusive',
      message:
        '9s is above the top bucket of http_request_duration_seconds{job="edge", route="/checkout"} (500ms): how many were faster is not known; ask for 500ms or less, or add a bucket at 9s',
    })
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

describe('the error budget of a share', () => {
  it('is burnt as fast as the bad share is above the allowed one, and out of that of 30 days', () => {
    const {budget} = one(ratio({target: 0.999}))
    // 2 of 2,700 bad, 2.7 allowed; 30 s of 30 days.
    expect(budget?.burnRate).toBeCloseTo(2 / 2.7, 9)
    expect(budget?.burnt).toBeCloseTo(((2 / 2.7) * 30) / (30 * 86_400), 12)
  })

  it('is not there where all events must be good', () => {
    expect(one(ratio({target: 1})).budget).toBeUndefined()
  })
})
