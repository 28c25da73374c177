import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import type {Objective, RelativeObjective} from '../../src/scenarios/scenario.js'
import {ratioOfRates} from '../../src/verdict/statistics/ratio.js'
import {ratio, verdictOf} from '../fakes/record-judged.js'
import {flow, runStartMs, scrapeTimes, seriesOf} from '../fakes/record-series.js'

describe('the ratio of two rates', () => {
  it('has the interval of the binomial share it is made of', () => {
    // 20 of 1,000 against 10 of 1,000: 20 of 30 lie in B, Clopper–Pearson 95 %: 0.4719 to 0.8271.
    const {value, low, high} = ratioOfRates({bad: 20, total: 1000}, {bad: 10, total: 1000}, 0.95) ?? {
      value: 0,
      low: 0,
      high: 0,
    }
    expect(value).toBeCloseTo(2, 10)
    expect(low).toBeCloseTo(0.4719 / 0.5281, 2)
    expect(high).toBeCloseTo(0.8271 / 0.1729, 2)
  })

  it('takes the sizes of both into account, and is nothing without a bad event', () => {
    expect(ratioOfRates({bad: 20, total: 2000}, {bad: 10, total: 1000}, 0.95)?.value).toBeCloseTo(1, 10)
    expect(ratioOfRates({bad: 0, total: 2000}, {bad: 0, total: 1000}, 0.95)).toBeUndefined()
    expect(ratioOfRates({bad: 3, total: 10}, {bad: 0, total: 10}, 0.95)?.high).toBe(Number.POSITIVE_INFINITY)
  })
})

const relative = (change: Partial<RelativeObjective> = {}): RelativeObjective => ({
  kind: 'relative',
  name: 'not much worse',
  compares: 'up',
  mostWorse: 0.5,
  during: ['fault'],
  confidence: 0.95,
  minSamples: 30,
  ...change,
})

/** Errors per second in the baseline and in the fault phase, of 900 requests a second. */
const errorsOf =
  (baseline: number, fault: number) =>
  (record: RunRecord): void => {
    const times = scrapeTimes(-2000, 77_000, 40)
    const labels = {job: 'edge', instance: 'edge-1', route: '/products'}
    const all = flow({fromMs: 0, toMs: 75_000, perSecond: 900})
    const bad = flow(
      {fromMs: 0, toMs: 25_000, perSecond: baseline},
      {fromMs: 25_000, toMs: 55_000, perSecond: fault},
    )
    record.series = [
      ...record.series.filter(({labels: {__name__: name}}) => name !== 'http_requests_total'),
      seriesOf('http_requests_total', {...labels, code: '200'}, times, (offset) => all(offset) - bad(offset)),
      seriesOf('http_requests_total', {...labels, code: '503'}, times, bad),
    ]
  }

const judged = (
  change: (record: RunRecord) => void,
  objective = relative(),
  others: Objective[] = [ratio({target: 0.5})],
) => verdictOf(change, [objective, ...others]).objectives[0]

describe('an objective against the baseline', () => {
  it.each([
    ['pass', 9, 9],
    ['pass', 9, 3],
    ['fail', 9, 18],
    ['inconclusive', 9, 13],
  ] as const)('is a %s with %d errors a second before and %d after', (outcome, before, after) => {
    const verdict = judged(errorsOf(before, after))
    expect(verdict?.outcome, verdict?.message).toBe(outcome)
    expect(verdict).toMatchObject({unit: 'value', target: 1.5, comparator: '<='})
    expect(verdict?.estimate).toBeCloseTo(after / before, 1)
  })

  it.each([
    ['fault', (offsetMs: number) => offsetMs < 40_000 || offsetMs > 55_000],
    ['baseline', (offsetMs: number) => offsetMs < 8000 || offsetMs > 25_000],
  ] as const)('is inconclusive where the second half of the %s phase was not seen', (phase, keep) => {
    const verdict = judged((record) => {
      errorsOf(9, 3)(record)
      for (const series of record.series) {
        const kept = series.t.map((t) => keep(t - runStartMs))
        series.t = series.t.filter((_, index) => kept[index])
        series.v = series.v.filter((_, index) => kept[index])
      }
    })
    expect(verdict).toMatchObject({outcome: 'inconclusive', message: expect.stringContaining('stale data')})
    expect(verdict?.message).toContain(`(${phase})`)
  })

  it('is inconclusive without a bad event, and fails where the baseline had none and there are many', () => {
    expect(judged(errorsOf(0, 0))).toMatchObject({
      outcome: 'inconclusive',
      message: expect.stringContaining('nothing to compare'),
    })
    const fail = judged(errorsOf(0, 18))
    expect(fail?.outcome).toBe('fail')
    expect(fail?.estimate).toBeUndefined()
  })

  it('is inconclusive without the objective that it compares, or without data', () => {
    expect(judged(errorsOf(9, 9), relative({compares: 'other'}))?.message).toContain('"other" is not')
    expect(judged(() => {}, relative(), [ratio({total: 'nothing_such'})])?.outcome).toBe('inconclusive')
  })
})
