import type {RequestSecond} from '../../src/engines/engine.js'
import type {RunRecord} from '../../src/run/record.js'
import {loadSecond, requestSecond} from './record-load.js'
import {paymentSlowRecord} from './record-payment-slow.js'
import {flow, runStartMs, scrapeTimes, seriesOf} from './record-series.js'

/*
 *   0  warm-up  5  baseline  25  fault  55  recovery  75  dip  85  restored  105 s
 */
export const undoneSecond = 55
const [recoveryEnd, dipEnd, restoredEnd] = [75, 85, 105]

const rate = 90
const dipTo = 0.2

/** Seconds between two of them. */
export const between = (from: number, to: number) => (second: number) => second >= from && second < to

export const allBad = (second: number): RequestSecond =>
  requestSecond(0, {timedOut: second >= recoveryEnd && second < dipEnd ? rate * dipTo : rate})

/** A run whose seconds are like those of the baseline but for some; with a dip after the recovery when asked for. */
export const aftermathRecord = (
  change: (second: number) => RequestSecond | undefined,
  {dip = false, longestTimeoutMs}: {dip?: boolean; longestTimeoutMs?: number} = {},
): RunRecord => {
  const record = paymentSlowRecord()
  const end = dip ? restoredEnd : recoveryEnd
  record.load = Array.from({length: end}, (_, second) => {
    const usual = between(recoveryEnd, dipEnd)(second) ? rate * dipTo : rate
    return loadSecond(second, {browse: change(second) ?? requestSecond(usual)})
  })
  const {phases} = record.header.plan.scenario
  if (longestTimeoutMs !== undefined) phases.longestTimeoutMs = longestTimeoutMs
  if (!dip) return record
  phases.dip = {to: dipTo, forMs: 10_000, restoredMs: 20_000}
  for (const [phase, from, to] of [
    ['dip', recoveryEnd, dipEnd],
    ['restored', dipEnd, restoredEnd],
  ] as const) {
    record.events.push(
      {kind: 'event', atMs: runStartMs + from * 1000, event: 'phase-started', phase},
      {kind: 'event', atMs: runStartMs + to * 1000, event: 'phase-ended', phase},
    )
  }
  if (record.end) record.end.atMs = runStartMs + end * 1000
  return record
}

/** One call a second thirty times, each of them tried as often as said from the fault on. */
export const withAttempts = (record: RunRecord, perCall: number, edge = 'order->payment'): RunRecord => {
  const [from = '', to = ''] = edge.split('->')
  const counter = (name: string, result: string, count: (offsetMs: number) => number) =>
    seriesOf(
      name,
      {job: from, instance: `${from}-1`, from, to, result},
      scrapeTimes(-2000, 107_000, 40),
      count,
    )
  record.series.push(
    counter('client_calls_total', 'ok', flow({fromMs: 0, toMs: 105_000, perSecond: 30})),
    counter('client_attempts_total', 'ok', flow({fromMs: 0, toMs: 105_000, perSecond: 30})),
    counter(
      'client_attempts_total',
      'timeout',
      flow({fromMs: 25_000, toMs: 105_000, perSecond: 30 * (perCall - 1)}),
    ),
  )
  return record
}
