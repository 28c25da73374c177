import {describe, expect, it} from 'vitest'
import type {Plan, PlannedFault, RateSegment} from '../../../src/plan/plan.js'
import type {RunEvent} from '../../../src/run/record.js'
import type {Objective} from '../../../src/scenarios/scenario.js'
import {fullPhases} from '../../../src/verdict/early/ending.js'
import {judgeStanding} from '../../../src/verdict/early/standing.js'
import {ratio} from '../../fakes/record-judged.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'
import {runStartMs} from '../../fakes/record-series.js'

const record = paymentSlowRecord()
const [faultMs, recoveryMs, endMs] = [25_000, 55_000, 75_000]
const planOf = (objective: Objective): Plan => ({
  ...record.header.plan,
  scenario: {...record.header.plan.scenario, objectives: [objective]},
})
const plan = planOf(ratio({target: 0.95, during: ['baseline', 'fault', 'recovery']}))

const whyFull = (one: Plan): Record<string, string> =>
  Object.fromEntries(fullPhases(one).map(({phase, why}) => [phase, why]))

const withFault = (change: Partial<PlannedFault>): Plan => ({
  ...plan,
  faults: plan.faults.map((fault) => ({...fault, ...change})),
})

it('no phase is kept where load and faults stay the same in each', () => {
  expect(whyFull(plan)).toEqual({})
})

it.each<[string, Partial<PlannedFault>]>([
  ['begins later', {startMs: faultMs + 10_000}],
  ['ends sooner', {endMs: recoveryMs - 10_000}],
  ['changes', {levels: [{atMs: faultMs, level: 1}]}],
])('a phase with a fault that %s is kept at its full length', (_, change) => {
  expect(whyFull(withFault(change))).toEqual({fault: 'a fault begins, ends or changes within it'})
})

describe('the load of the last phase', () => {
  const under = (...rates: [startMs: number, fromPerSecond: number, toPerSecond: number][]): Plan => {
    const segments = rates.map(
      ([startMs, fromPerSecond, toPerSecond], index): RateSegment => ({
        startMs,
        endMs: rates[index + 1]?.[0] ?? endMs,
        fromPerSecond,
        toPerSecond,
      }),
    )
    return {...plan, rates: segments, streams: [{name: 'load', rates: segments}]}
  }
  const earlier = 'the load does not stay the same, so what follows cannot come sooner'

  it('may have changed before it, but must not change within it', () => {
    expect(whyFull(under([0, 10, 100], [recoveryMs, 100, 100]))).toEqual({baseline: earlier, fault: earlier})
    for (const rising of [under([0, 10, 100]), under([0, 10, 10], [recoveryMs + 9000, 90, 90])])
      expect(whyFull(rising)).toMatchObject({recovery: 'the load does not stay the same in it'})
  })

  it('must not change in any of its streams, though their sum stays the same', () => {
    const [up, down] = [under([0, 10, 100]).rates, under([0, 100, 10]).rates]
    const streams = [
      {name: 'up', rates: up},
      {name: 'down', rates: down},
    ]
    expect(Object.keys(whyFull({...plan, streams}))).toEqual(['baseline', 'fault', 'recovery'])
  })

  it('must not be a script', () => {
    const {scenario} = plan
    const script = {path: '/load.js', sha256: '', env: {}}
    const load = {...scenario.load, script}
    expect(whyFull({...plan, scenario: {...scenario, load}})).toHaveProperty('recovery')
  })
})

describe('a fault phase', () => {
  const standing = (events: RunEvent[], faults = plan.faults) => {
    const phase = plan.phases.find(({name}) => name === 'fault')
    if (!phase) throw new Error('the record has a fault phase')
    const startMs = runStartMs + phase.startMs
    const toMs = startMs + 25_000
    const one = {...planOf(ratio({target: 0.95, during: ['fault']})), faults}
    return judgeStanding(one, {
      phase,
      startMs,
      toMs,
      events: events.filter(({atMs}) => atMs <= toMs),
      series: record.series,
      intervalMs: record.header.sampleIntervalMs,
    })
  }

  it('has nothing that is met before its end while a fault of it has yet to begin', () => {
    expect(standing(record.events).objectives).toMatchObject([{state: 'met'}])
    const {faults} = withFault({startMs: faultMs + 28_000})
    expect(standing(record.events, faults)).toMatchObject({objectives: [{state: 'undecided'}], decided: []})
  })

  it('goes on when its fault was in force late: what was counted before it is no evidence', () => {
    expect(standing(record.events).mayEnd).toBe('"up" decided')
    const late = record.events.map((event) =>
      event.event === 'fault-applied' ? {...event, atMs: event.atMs + 10_000} : event,
    )
    expect(standing(late).mayEnd).toBeUndefined()
  })
})
