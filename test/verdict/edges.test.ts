import {describe, expect, it} from 'vitest'
import type {Series} from '../../src/metrics/source.js'
import {doubtsAtEdges} from '../../src/verdict/edges.js'
import {isLack, observationsOf} from '../../src/verdict/observations.js'
import {countIn, sliOf} from '../../src/verdict/sli.js'
import {one, ratio} from '../fakes/record-judged.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {flow, runStartMs, scrapeTimes, seriesOf} from '../fakes/record-series.js'

type Stretch = [fromSeconds: number, toSeconds: number]

/** 40 orders a second at an instance, all of which fail in the bad stretch; not scraped within the unseen one. */
const orders = (instance: string, bad: Stretch, unseen: Stretch): Series[] => {
  const all = flow({fromMs: 0, toMs: 75_000, perSecond: 40})
  const failed = flow({fromMs: bad[0] * 1000, toMs: bad[1] * 1000, perSecond: 40})
  const times = scrapeTimes(-2000, 77_000).filter((t) => {
    const second = (t - runStartMs) / 1000
    return second <= unseen[0] || second >= unseen[1]
  })
  const labels = {job: 'order', instance}
  return [
    seriesOf('orders_total', {...labels, result: 'ok'}, times, (at) => all(at) - failed(at)),
    // Born with the first error: where that was in the gap, it has no sample before it.
    seriesOf('orders_total', {...labels, result: 'error'}, times, (at) => failed(at) || undefined),
  ]
}

const objective = ratio({bad: 'orders_total{result="error"}', total: 'orders_total', target: 0.95})

/** The fault phase is from 25 s to 55 s. */
const judged = (bad: Stretch, unseen: Stretch, change = objective) =>
  one(change, (record) => record.series.push(...orders('order-1', bad, unseen)))

describe('a scrape that is missing at an edge of a phase', () => {
  it('does not hide what broke in the last seconds of it', () => {
    // 80 of 1,200 failed, four in a hundred too many at least, and not one of them was seen in the phase.
    const {outcome, message, counts, interval} = judged([53, 55], [53, 57])
    expect(counts?.bad).toBe(0)
    expect(outcome, message).toBe('inconclusive')
    expect(message).toContain(
      'no scrape for 2s before the end of the phase: 160 events may belong to it or not',
    )
    expect(interval?.low).toBeLessThan(0.92)
  })

  it('does not take the errors of the phase before for its own', () => {
    const {outcome, message, counts} = judged([22, 25], [22.7, 25.4])
    expect(counts?.bad).toBeGreaterThan(90)
    expect(outcome, message).toBe('inconclusive')
    expect(message).toContain('before the start of the phase')
  })

  it('changes nothing where the answer is the same wherever the events were', () => {
    const pass = judged([60, 61], [53.2, 57])
    expect(pass).toMatchObject({outcome: 'pass', message: expect.stringContaining('which changes nothing')})
    const fail = judged([30, 50], [53.2, 57])
    expect(fail.outcome).toBe('fail')
    expect(fail.message).toContain('which changes nothing')
  })

  it('goes for good events, too', () => {
    const {bad: _, ...rest} = objective
    expect(judged([53, 55], [53, 57], {...rest, good: 'orders_total{result="ok"}'}).outcome).toBe(
      'inconclusive',
    )
  })

  it('is looked for at each instance by itself', () => {
    const {outcome, message} = one(objective, (record) => {
      record.series.push(...orders('order-1', [52, 55], [51.5, 58]), ...orders('order-2', [80, 80], [80, 80]))
    })
    expect(outcome, message).toBe('inconclusive')
  })

  it('is none where a sample is less than an interval and a half old, or the series came to its end', () => {
    expect(judged([60, 61], [54.5, 57]).message).not.toContain('no scrape')
    const {message} = one(objective, (record) => {
      record.series.push(
        ...orders('order-1', [52, 52.5], [53.2, 99]),
        ...orders('order-2', [80, 80], [80, 80]),
      )
    })
    expect(message).not.toContain('no scrape')
  })

  it('leaves a phase stale that nothing was seen of after its last samples', () => {
    expect(judged([60, 61], [52.9, 99]).message).toContain('stale data')
  })
})

describe('what a window counted at least and at most', () => {
  it('are the events between the two samples around each edge, in it and not in it', () => {
    const record = paymentSlowRecord()
    record.series.push(...orders('order-1', [54, 56], [53, 57]))
    const observed = observationsOf(record)
    const window = observed.windows.fault ?? {startMs: 0, endMs: 0}
    const sli = sliOf(objective, observed)
    if (isLack(sli)) throw new Error(sli.lack)
    const tally = countIn(sli, window)
    if (isLack(tally)) throw new Error(tally.lack)
    expect(tally).toEqual({good: 1120, bad: 0, total: 1120})
    expect(doubtsAtEdges(sli, window, tally, observed)).toMatchObject({
      worst: {good: 1120, bad: 80, total: 1200},
      best: {good: 1200, bad: 0, total: 1200},
    })
  })
})
