import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../../src/run/record.js'
import {compareRecords} from '../../../src/verdict/compare/compare.js'
import type {Comparison} from '../../../src/verdict/compare/comparison.js'
import {drawsFor} from '../../../src/verdict/compare/latencies.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'
import {flow, scrapeTimes, seriesOf} from '../../fakes/record-series.js'

const options = {confidence: 0.95, margin: 0.1, gate: 'all'} as const

/** Attempts from order to another service, so many a second, and how many of them fail. */
const withEdge = (to: string, perSecond: number, failed: number): RunRecord => {
  const record = paymentSlowRecord()
  const part = (result: string, rate: number) =>
    seriesOf(
      'client_attempts_total',
      {job: 'order', instance: 'order-1', from: 'order', to, result},
      scrapeTimes(-2000, 77_000, 40),
      flow({fromMs: 0, toMs: 75_000, perSecond: rate}),
    )
  record.series.push(part('ok', perSecond - failed), part('timeout', failed))
  return record
}

const edgeRows = ({rows}: Comparison) => rows.filter(({of}) => of === 'edge')
const rowOf = (comparison: Comparison, what: string) =>
  edgeRows(comparison).find((row) => row.what === what && row.phase === 'fault')

describe('edges of two records', () => {
  it('are compared by the share of attempts that failed', () => {
    const row = rowOf(
      compareRecords(withEdge('stock', 40, 2), withEdge('stock', 40, 20), options),
      'order->stock',
    )
    expect(row).toMatchObject({finding: 'worse', unit: 'ratio'})
    expect(row?.change?.value).toBeCloseTo(0.45, 2)
  })

  it('are shown, and not told, where only one record has them', () => {
    const comparison = compareRecords(withEdge('stock', 40, 2), withEdge('payment', 40, 4), options)
    expect(rowOf(comparison, 'order->stock')).toMatchObject({
      a: expect.closeTo(0.05, 3),
      finding: 'cannot tell',
      message: 'only in A; 5% of the attempts failed in A',
    })
    expect(rowOf(comparison, 'order->payment')).toMatchObject({
      b: expect.closeTo(0.1, 3),
      finding: 'cannot tell',
      message: 'only in B; 10% of the attempts failed in B',
    })
  })

  it('are shown where one record has too few attempts', () => {
    const comparison = compareRecords(withEdge('stock', 40, 2), withEdge('stock', 0, 0), options)
    expect(rowOf(comparison, 'order->stock')?.message).toBe(
      'B has fewer than 30 attempts; 5% of the attempts failed in A',
    )
  })

  it('are not shown where neither has attempts', () => {
    expect(edgeRows(compareRecords(withEdge('stock', 0, 0), withEdge('stock', 0, 0), options))).toEqual([])
  })
})

describe('the draws of a bootstrap', () => {
  it.each([
    [0.95, 400],
    [0.99, 2000],
    [0.999, 20_000],
    [0.99999, 20_000],
  ])('leave ten beyond each end of an interval at %f: %i', (confidence, draws) => {
    expect(drawsFor(confidence)).toBe(draws)
  })
})
