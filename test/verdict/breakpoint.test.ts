import {expect, it} from 'vitest'
import type {MetricSource} from '../../src/metrics/source.js'
import {LiveSeries} from '../../src/run/live-series.js'
import type {RunRecord} from '../../src/run/record.js'
import {judgeRecent} from '../../src/verdict/breakpoint.js'
import {failedChecks, ratio, verdictOf} from '../fakes/record-judged.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {runStartMs, sampleIntervalMs} from '../fakes/record-series.js'

/** The run as it would have been had its load broken at this offset: nothing was recorded from then on. */
const brokenAt = (offsetMs: number) => (record: RunRecord) => {
  const atMs = runStartMs + offsetMs
  const {plan} = record.header
  plan.faults = []
  const phase =
    plan.phases.find(({startMs, endMs}) => startMs < offsetMs && offsetMs <= endMs)?.name ?? 'fault'
  record.events = [
    ...record.events.filter((event) => event.atMs <= atMs && !event.event.startsWith('fault-')),
    {kind: 'event', atMs, event: 'phase-ended', phase},
    {
      kind: 'event',
      atMs,
      event: 'breakpoint',
      objective: 'up',
      ratePerSecond: 812,
      message: 'too few were good',
    },
  ]
  record.load = record.load.filter(({startMs}) => startMs + 1000 <= atMs)
}

it('a load that broke is a run as planned up to there, and says at which rate', () => {
  const verdict = verdictOf(brokenAt(40_000), [ratio({during: ['fault', 'recovery'], target: 0.5})])
  expect(failedChecks(verdict)).toEqual([])
  expect(verdict.summary).toMatch(/^the load broke at 812\/s, where "up" was missed; /)
  // The phases that it never came to are not asked about.
  expect(verdict.objectives.map(({phase}) => phase)).toEqual(['fault'])
})

it('a load that broke must have sent what was planned until then', () => {
  const verdict = verdictOf(
    (record) => {
      brokenAt(40_000)(record)
      record.load.splice(10, 10)
    },
    [ratio()],
  )
  expect(failedChecks(verdict)).toEqual(['load as planned'])
})

it('an objective breaks when its share of the last seconds is missed for certain', () => {
  const {header, series} = paymentSlowRecord()
  const recent = (toMs: number) => ({
    series,
    intervalMs: sampleIntervalMs,
    fromMs: runStartMs + toMs - 5000,
    toMs: runStartMs + toMs,
  })
  const planWith = (target: number) => {
    const objectives = [ratio({target, during: ['recovery']})]
    return {...header.plan, scenario: {...header.plan.scenario, objectives}}
  }
  expect(judgeRecent(planWith(0.9999), recent(20_000))).toBeUndefined()
  const breach = judgeRecent(planWith(0.9999), recent(30_000))
  expect(breach?.objective).toBe('up')
  expect(breach?.message).toMatch(/good/)
  // Nothing counted is no breach.
  expect(judgeRecent(planWith(0.9999), {...recent(30_000), series: []})).toBeUndefined()
})

it('an objective on the load is judged in the last seconds of it that are known', async () => {
  const record = paymentSlowRecord()
  const {plan} = record.header
  const objectives = [
    ratio({
      bad: 'shakedown_load_requests_total{outcome!="answered"}',
      total: 'shakedown_load_requests_total',
      target: 0.99,
      during: ['recovery'],
    }),
  ]
  const asked = {...plan, scenario: {...plan.scenario, objectives}}
  // A load alone asks no source.
  const noSource = {intervalMs: sampleIntervalMs} as MetricSource
  const live = new LiveSeries(asked, noSource, runStartMs)
  for (const second of record.load.slice(0, 30)) {
    const {browse} = second.requests
    // A third of them hang.
    if (browse && second.startMs >= runStartMs + 25_000) browse.failed = {timeout: 30}
    live.second(second)
  }
  const stretch = (toMs: number) => ({fromMs: runStartMs + toMs - 5000, toMs: runStartMs + toMs})
  const recentAt = async (toMs: number) => ({
    series: await live.upTo(runStartMs + toMs),
    intervalMs: sampleIntervalMs,
    ...stretch(toMs),
  })
  const recent = await recentAt(39_000)
  expect(judgeRecent(asked, recent)).toBeUndefined()
  expect(judgeRecent(asked, {...recent, ofLoad: stretch(30_000)})).toMatchObject({
    objective: 'up',
    toMs: runStartMs + 30_000,
  })
})
