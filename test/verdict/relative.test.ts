import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import type {Objective, RelativeObjective} from '../../src/scenarios/scenario.js'
import {ratioOfRates} from '../../src/verdict/statistics/ratio.js'
import {errorsOf} from '../fakes/record-errors.js'
import {ratio, verdictOf} from '../fakes/record-judged.js'
import {runStartMs} from '../fakes/record-series.js'

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

  it.each([
    ['pass', 3, 'pass'],
    ['fail', 30, 'fail'],
    // Half as often at most, as counted; with the errors around the edges it may be more.
    ['inconclusive', 10.4, 'pass'],
  ] as const)(
    'with a scrape missing at the start of the phase is a %s with %d errors a second, where it is a %s',
    (outcome, after, otherwise) => {
      const counted = judged(errorsOf(9, after))
      expect(counted?.outcome).toBe(otherwise)
      const verdict = judged((record) => {
        errorsOf(9, after)(record)
        for (const series of record.series) {
          const kept = series.t.map((t) => t < runStartMs + 22_900 || t > runStartMs + 26_900)
          series.t = series.t.filter((_, index) => kept[index])
          series.v = series.v.filter((_, index) => kept[index])
        }
      })
      expect(verdict?.outcome, verdict?.message).toBe(outcome)
      expect(verdict?.interval?.high).toBeGreaterThan(counted?.interval?.high ?? Number.NaN)
      if (outcome === 'inconclusive') expect(verdict?.message).toContain('no scrape for')
    },
  )

  it('tells by what chance it would have been so much worse, for all objectives together', () => {
    expect(judged(errorsOf(9, 18))?.chance).toBeLessThan(0.025)
    expect(judged(errorsOf(9, 13))?.chance).toBeGreaterThan(0.025)
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

describe('an objective against a saved run', () => {
  const saved = (bad: number, worth = 1): RelativeObjective =>
    relative({
      saved: {path: 'last.jsonl.gz', runId: 'r-last', phases: {fault: {bad, total: 27_000, worth}}},
    })

  it.each([
    ['pass', 270, 9],
    ['fail', 270, 18],
    ['inconclusive', 270, 13],
  ] as const)(
    'is a %s with %d bad in the same phase there and %d a second here',
    (outcome, before, after) => {
      // The baseline of this run, without an error, has no say.
      const verdict = judged(errorsOf(0, after), saved(before))
      expect(verdict?.outcome, verdict?.message).toBe(outcome)
      expect(verdict?.estimate).toBeCloseTo((after * 30) / before, 1)
      expect(verdict?.message).toContain(
        'of 27,000 in the saved run r-last; asked for at most 50% more often',
      )
    },
  )

  it('takes the bursts of the saved run into account', () => {
    const [sure, unsure] = [judged(errorsOf(0, 9), saved(270)), judged(errorsOf(0, 9), saved(270, 0.05))]
    expect(sure?.outcome).toBe('pass')
    expect(unsure?.outcome).toBe('inconclusive')
  })

  it('is inconclusive where the record was not read, or lacks the phase', () => {
    const unread = judged(errorsOf(9, 9), relative({saved: {path: 'last.jsonl.gz'}}))
    expect(unread).toMatchObject({outcome: 'inconclusive', message: expect.stringContaining('last.jsonl.gz')})
  })
})
