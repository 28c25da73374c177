import {expect, it} from 'vitest'
import type {Decision, RunEvent, RunRecord} from '../../../src/run/record.js'
import {judgeStanding} from '../../../src/verdict/early/standing.js'
import {judge} from '../../../src/verdict/judge.js'
import {at, ratio} from '../../fakes/record-judged.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'
import {runStartMs} from '../../fakes/record-series.js'

/*
 *   25 s ── fault ── 33 s ─────────────────── 55 s
 *   "up" is met       errors
 */
const brokeMs = runStartMs + 33_000
const faultMs = runStartMs + 25_000
const own = ratio({target: 0.95})

const decided = (state: Decision['state']): RunEvent => ({
  ...at(32_900),
  event: 'objective-decided',
  objective: 'up',
  phase: 'fault',
  state,
  eValue: 900,
  good: 700,
  total: 702,
  effective: 600,
  estimate: 0.999,
  low: 0.99,
  high: 1,
})

/** The fixed record with so many errors a second since the system broke. */
const broken = (perSecond: number, state: Decision['state']): RunRecord => {
  const record = paymentSlowRecord()
  record.header.plan.scenario.objectives = [own]
  record.series = record.series.map((series) => ({
    ...series,
    v: series.v.map((value, index) => {
      const sinceMs = Math.max(0, (series.t[index] ?? 0) - brokeMs)
      return value !== null && series.labels.code === '503' ? value + (perSecond * sinceMs) / 1000 : value
    }),
  }))
  record.events.push(decided(state))
  return record
}

const standing = (record: RunRecord, afterMs: number) => {
  const {plan} = record.header
  const phase = plan.phases.find(({name}) => name === 'fault')
  if (!phase) throw new Error('the record has a fault phase')
  const toMs = faultMs + afterMs
  return judgeStanding(plan, {
    phase,
    startMs: faultMs,
    toMs,
    events: record.events.filter(({atMs, event}) => atMs <= toMs && event !== 'phase-ended'),
    series: record.series.map((series) => {
      const length = series.t.filter((t) => t <= toMs).length
      return {...series, t: series.t.slice(0, length), v: series.v.slice(0, length)}
    }),
    intervalMs: record.header.sampleIntervalMs,
  })
}

it('what was met once is not met any more when the system broke, and the phase goes on', () => {
  expect(standing(broken(0, 'met'), 25_000)).toMatchObject({
    objectives: [{state: 'met'}],
    mayEnd: '"up" decided',
  })
  const {objectives, decided: now, mayEnd} = standing(broken(8, 'met'), 25_000)
  expect(objectives).toMatchObject([{state: 'undecided'}])
  expect(now).toEqual([])
  expect(mayEnd).toBeUndefined()
})

it('what was met once may be missed later', () => {
  const {decided: now} = standing(broken(2000, 'met'), 29_000)
  expect(now).toMatchObject([{objective: 'up', decision: {state: 'missed'}}])
})

it('a miss is for good', () => {
  expect(standing(broken(0, 'missed'), 25_000)).toMatchObject({
    objectives: [{state: 'missed'}],
    decided: [{objective: 'up', decision: {state: 'missed', eValue: 900}}],
  })
})

it.each([
  ['pass', 0],
  ['inconclusive', 8],
  ['fail', 2000],
] as const)(
  'the verdict is %s where it was met once, and %d errors a second came after that',
  (outcome, perSecond) => {
    const record = broken(perSecond, 'met')
    for (const event of record.events)
      if (event.event === 'phase-ended' && event.phase === 'fault') event.early = '"up", "other" decided'
    const [verdict] = judge(record, {objectives: [own]}).objectives
    expect(verdict?.outcome).toBe(outcome)
    // What was counted until the phase ended, not until it was first met.
    expect(verdict?.counts?.total).toBeGreaterThan(702)
  },
)

it('the last that the run was certain of counts', () => {
  const record = broken(0, 'met')
  record.events.push({...decided('missed'), ...at(50_000)})
  for (const event of record.events)
    if (event.event === 'phase-ended' && event.phase === 'fault') event.early = '"up" decided'
  expect(judge(record, {objectives: [own]}).objectives[0]?.outcome).toBe('fail')
})

it('a run that a guard stopped passes nothing because it was met once', () => {
  const record = broken(0, 'met')
  record.events = record.events.filter((event) => !(event.event === 'phase-ended' && event.phase === 'fault'))
  expect(judge(record, {objectives: [own]}).objectives[0]?.outcome).toBe('inconclusive')
})
