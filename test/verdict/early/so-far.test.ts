import {expect, it} from 'vitest'
import type {MetricSource} from '../../../src/metrics/source.js'
import {LiveSeries} from '../../../src/run/live-series.js'
import {observedSoFar, weighShare} from '../../../src/verdict/early/so-far.js'
import {isLack} from '../../../src/verdict/observations.js'
import {ratio} from '../../fakes/record-judged.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'
import {runStartMs} from '../../fakes/record-series.js'

const record = paymentSlowRecord()
const {plan} = record.header

/** What a share of the load comes to so long after a baseline began of which eight seconds are known. */
const weighedAfter = async (afterMs: number) => {
  const phase = {name: 'baseline', startMs: 5_000, endMs: 60_000} as const
  const objective = ratio({
    bad: 'shakedown_load_requests_total{outcome="failed"}',
    total: 'shakedown_load_requests_total',
  })
  const asked = {...plan, scenario: {...plan.scenario, objectives: [objective]}}
  const live = new LiveSeries(asked, {intervalMs: 500} as MetricSource, runStartMs) // Asks no source.
  for (const second of record.load.slice(0, 13)) live.second(second)
  const startMs = runStartMs + phase.startMs
  const toMs = startMs + afterMs
  const observed = observedSoFar(asked, {
    phase,
    startMs,
    toMs,
    events: record.events.filter(({atMs, event}) => atMs <= toMs && event !== 'phase-ended'),
    series: await live.upTo(toMs),
    intervalMs: 500,
  })
  return weighShare(objective, {window: {startMs, endMs: toMs}, plannedMs: 55_000, tests: 1}, observed)
}

it('metrics of the load may be a timeout old while requests hang', async () => {
  const weight = await weighedAfter(18_500)
  expect(isLack(weight) ? weight : weight.counts.total).toBe(960)
})

it('metrics of the load that are older than that are stale', async () => {
  expect(await weighedAfter(24_000)).toEqual({
    lack: 'stale data: the last sample of shakedown_load_requests_total is 16s old',
  })
})
