import {describe, expect, it} from 'vitest'
import type {ThresholdResult} from '../../src/engines/engine.js'
import {readPageAssets} from '../../src/output/page-assets.js'
import {reporters} from '../../src/reporters/index.js'
import {makeReport} from '../../src/reporters/report.js'
import type {RunRecord} from '../../src/run/record.js'
import {compareRecords} from '../../src/verdict/compare/compare.js'
import {judge} from '../../src/verdict/judge.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'

const assets = await readPageAssets()

const share: ThresholdResult = {
  metric: 'http_req_failed',
  expression: 'rate<0.01',
  held: true,
  sampled: true,
  value: 0.001,
  comparator: '<',
  limit: 0.01,
  unit: 'ratio',
  counts: {hits: 5, total: 5000},
}
const percentile: ThresholdResult = {
  metric: 'http_req_duration{name:pay}',
  expression: 'p(95)<500',
  held: true,
  sampled: true,
  value: 420,
  comparator: '<',
  limit: 500,
  unit: 'ms',
}

const withThresholds = (...thresholds: ThresholdResult[]): RunRecord => {
  const record = paymentSlowRecord()
  const totals = {due: 1, sent: 1, skipped: 0, answered: 1, failed: 0, thresholds}
  return record.end === undefined ? record : {...record, end: {...record.end, totals}}
}

const judged = (result: ThresholdResult) =>
  judge(withThresholds(result)).objectives.find(({kind}) => kind === 'threshold')

describe('a threshold of a script', () => {
  it('is an objective of its own, over the whole run', () => {
    expect(judged(percentile)).toEqual({
      name: 'http_req_duration{name:pay}: p(95)<500',
      kind: 'threshold',
      phase: 'whole run',
      outcome: 'pass',
      unit: 'ms',
      estimate: 420,
      target: 500,
      comparator: '<',
      confidence: 0.95,
      message: '420ms, asked for < 500ms, over the whole run; one number without an error bound',
    })
  })

  it('that was crossed fails the run', () => {
    const verdict = judge(withThresholds({...percentile, held: false, value: 610}))
    expect(verdict.outcome).toBe('fail')
    expect(verdict.summary).toContain('"http_req_duration{name:pay}: p(95)<500" (whole run)')
  })

  it('is no pass without a sample, whatever k6 says', () => {
    const {value: _value, ...empty} = {...percentile, sampled: false}
    expect(judged(empty)).toMatchObject({outcome: 'inconclusive'})
    expect(judged(empty)?.message).toMatch(/^no data: .* k6 lets a threshold hold without one/)
    expect(judge(withThresholds(empty)).outcome).toBe('inconclusive')
    const {held: _held, ...unasked} = empty
    expect(judged(unasked)?.message).toMatch(/^not evaluated/)
  })

  it.each<[string, Partial<ThresholdResult>, string]>([
    ['far below its ceiling', {}, 'pass'],
    ['below its ceiling by chance', {value: 0.005, counts: {hits: 1, total: 200}}, 'inconclusive'],
    ['far above its ceiling', {held: false, value: 0.1, counts: {hits: 500, total: 5000}}, 'fail'],
    [
      'far above its floor',
      {comparator: '>', limit: 0.95, value: 1, counts: {hits: 900, total: 900}},
      'pass',
    ],
    [
      'far below its floor',
      {held: false, comparator: '>=', limit: 0.95, value: 0.5, counts: {hits: 450, total: 900}},
      'fail',
    ],
  ])('on a share that is %s has an exact interval', (_what, change, outcome) => {
    const verdict = judged({...share, ...change})
    expect(verdict).toMatchObject({outcome})
    const {interval, estimate = -1} = verdict ?? {}
    expect(interval?.low).toBeLessThanOrEqual(estimate)
    expect(interval?.high).toBeGreaterThanOrEqual(estimate)
    if (outcome === 'inconclusive') expect(verdict?.needs?.events).toBeGreaterThan(0)
  })

  it('has the interval of the share itself, not of its complement', () => {
    const {low = 0, high = 0} = judged(share)?.interval ?? {}
    // Clopper and Pearson for 5 of 5,000.
    expect(low).toBeCloseTo(0.000325, 5)
    expect(high).toBeCloseTo(0.002332, 5)
  })

  it('on a share is one of the checks whose number is held against a miss', () => {
    // 14 of 700 at most 1 %: by itself beyond 97.5 %, but there are ten of them.
    const missed: ThresholdResult = {...share, held: false, value: 0.02, counts: {hits: 14, total: 700}}
    const alone = judge(withThresholds(missed), {objectives: []}).objectives
    expect(alone.map(({outcome}) => outcome)).toEqual(['fail'])
    const many = Array.from({length: 9}, (_, at) => ({...share, metric: `other_${at}`}))
    const [first] = judge(withThresholds(missed, ...many), {objectives: []}).objectives
    expect(first?.outcome).toBe('inconclusive')
    expect(first?.message).toContain('10 checks are made')
  })

  it('is not judged where the load rose until something broke', () => {
    const record = withThresholds({...percentile, held: false})
    const broke = {
      kind: 'event',
      event: 'breakpoint',
      atMs: record.events[0]?.atMs ?? 0,
      objective: 'x',
      ratePerSecond: 5,
      message: '',
    } as const
    const {objectives} = judge({...record, events: [...record.events, broke]})
    expect(objectives.filter(({kind}) => kind === 'threshold')).toEqual([])
  })

  it.each(Object.keys(reporters))('is in the report %s', async (name) => {
    const record = withThresholds(share, {...percentile, held: false, value: 610})
    const {default: reporter} = await reporters[name as keyof typeof reporters]()
    const page = reporter.render(makeReport(record, judge(record), 'record.jsonl.gz'), {
      color: false,
      width: 120,
      assets,
    })
    if (name === 'badge') return
    const text = page.replace(/<script[\s\S]*?<\/script>/g, '')
    expect(text).toContain('whole run')
    expect(text).not.toMatch(/undefined|NaN/)
    expect(text).not.toMatch(/http_req_failed: rate[^\n]*burnt/)
  })

  it('is compared by its outcome and its two numbers', () => {
    const rows = compareRecords(
      withThresholds(percentile),
      withThresholds({...percentile, held: false, value: 610}),
      {confidence: 0.95, margin: 0.1, gate: 'objectives'},
    ).rows.filter(({phase}) => phase === 'whole run')
    expect(rows).toMatchObject([
      {what: 'http_req_duration{name:pay}: p(95)<500', a: 420, b: 610, finding: 'worse'},
    ])
  })
})
