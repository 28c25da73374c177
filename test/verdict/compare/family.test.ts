import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../../src/run/record.js'
import {compareRecords} from '../../../src/verdict/compare/compare.js'
import {ratio} from '../../fakes/record-judged.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'
import {flow, scrapeTimes, seriesOf} from '../../fakes/record-series.js'

const options = {confidence: 0.95, margin: 0.1, gate: 'objectives'} as const

/** Twelve routes with 40 requests a second, the first of them with so many errors a second in the fault phase. */
const withErrors = (perSecond: number): RunRecord => {
  const record = paymentSlowRecord()
  const routes = Array.from({length: 12}, (_, at) => `r${at}`)
  record.header.plan.scenario.objectives = routes.map((route) =>
    ratio({
      name: route,
      bad: `hits_total{route="${route}", code="500"}`,
      total: `hits_total{route="${route}"}`,
    }),
  )
  const times = scrapeTimes(-2000, 77_000)
  for (const [at, route] of routes.entries()) {
    const all = flow({fromMs: 0, toMs: 75_000, perSecond: 40})
    const bad = flow(
      {fromMs: 0, toMs: 75_000, perSecond: 1},
      {fromMs: 25_000, toMs: 55_000, perSecond: at === 0 ? perSecond : 0},
    )
    const labels = {job: 'edge', instance: 'edge-1', route}
    record.series.push(
      seriesOf('hits_total', {...labels, code: '200'}, times, (t) => all(t) - bad(t)),
      seriesOf('hits_total', {...labels, code: '500'}, times, bad),
    )
  }
  return record
}

const compared = (perSecond: number) => compareRecords(withErrors(0), withErrors(perSecond), options)

describe('a comparison of many objectives', () => {
  it('does not call one of twelve worse for what chance does to one of twelve', () => {
    const {rows, finding} = compared(1)
    expect(rows[0]?.change?.low).toBeGreaterThan(0)
    expect(rows[0]).toMatchObject({
      finding: 'cannot tell',
      message: expect.stringContaining('12 rows are compared'),
    })
    expect(finding).toBe('cannot tell')
  })

  it('calls worse what stands out from all of them', () => {
    expect(compared(3).rows[0]?.finding).toBe('worse')
    expect(compared(3).finding).toBe('worse')
  })
})

describe('what only one of two runs was asked', () => {
  it('is told, and decides nothing', () => {
    const threshold = {
      metric: 'http_req_failed',
      expression: 'rate<0.01',
      held: true,
      sampled: true,
      comparator: '<',
      limit: 0.01,
      unit: 'ratio',
      counts: {hits: 5, total: 5000},
    } as const
    const [plain, asked] = [paymentSlowRecord(), paymentSlowRecord()]
    if (asked.end)
      asked.end = {
        ...asked.end,
        totals: {due: 1, sent: 1, skipped: 0, answered: 1, failed: 0, thresholds: [threshold]},
      }
    for (const [a, b, side] of [
      [plain, asked, 'B'],
      [asked, plain, 'A'],
    ] as const) {
      const {rows, finding} = compareRecords(a, b, {...options, margin: 1})
      const row = rows.find(({what}) => what.startsWith('http_req_failed'))
      expect(row).toMatchObject({finding: 'cannot tell', message: expect.stringContaining(`only in ${side}`)})
      expect(finding).toBe('cannot tell')
    }
  })
})
