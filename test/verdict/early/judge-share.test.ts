import {describe, expect, it} from 'vitest'
import type {Decision, RunRecord} from '../../../src/run/record.js'
import type {SoFar} from '../../../src/run/standing.js'
import type {Objective} from '../../../src/scenarios/scenario.js'
import {judgeStanding} from '../../../src/verdict/early/standing.js'
import {judge} from '../../../src/verdict/judge.js'
import {at, ratio} from '../../fakes/record-judged.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'
import {runStartMs} from '../../fakes/record-series.js'

const decision: Decision = {
  state: 'missed',
  eValue: 812.4,
  good: 900,
  total: 1000,
  effective: 700,
  estimate: 0.9,
  low: 0.85,
  high: 0.94,
}

/** The fixed record, whose own objective is this one, and whose fault phase ended early. */
const endedEarly = (own: Objective, decided: Decision | undefined = decision): RunRecord => {
  const record = paymentSlowRecord()
  record.header.plan = {...record.header.plan, scenario: {...record.header.plan.scenario, objectives: [own]}}
  for (const event of record.events)
    if (event.event === 'phase-ended' && event.phase === 'fault') event.early = '"up" decided'
  if (decided)
    record.events.push({
      ...at(40_000),
      event: 'objective-decided',
      objective: own.name,
      phase: 'fault',
      ...decided,
    })
  return record
}

const verdictOn = (record: RunRecord, objective: Objective) =>
  judge(record, {objectives: [objective]}).objectives[0]

describe('a share in a phase that ended early', () => {
  it('is what the run was certain of, with its evidence and the interval that held then', () => {
    expect(verdictOn(endedEarly(ratio()), ratio())).toMatchObject({
      outcome: 'fail',
      estimate: 0.9,
      interval: {low: 0.85, high: 0.94},
      counts: {good: 900, bad: 100, total: 1000},
      early: {eValue: 812.4},
      message: expect.stringContaining('decided early after 1,000 events: e-value 812 against the opposite'),
    })
  })

  it('says what the whole phase would have come to, where its beginning was of another kind', () => {
    const verdict = verdictOn(endedEarly(ratio(), {...decision, estimate: 0.87}), ratio())
    expect(verdict?.outcome).toBe('fail')
    expect(verdict?.message).toContain('87% in the whole phase as it went on')
  })

  it('is judged anew by the confidence sequence when something else is asked', () => {
    const asked = ratio({target: 0.98})
    const verdict = verdictOn(endedEarly(ratio()), asked)
    expect(verdict).toMatchObject({outcome: 'pass', early: {}})
    // Up to the newest sample: what came after it is not known, wherever the phase ends.
    expect(verdict?.counts).toMatchObject({total: 2610})
    // Wider than the interval for a number of events that was fixed beforehand.
    const fixed = verdictOn(paymentSlowRecord(), asked)
    expect(verdict?.interval?.low).toBeLessThan(fixed?.interval?.low ?? 0)
    const close = verdictOn(endedEarly(ratio()), ratio({target: 0.999}))
    expect(close?.outcome).toBe('inconclusive')
    expect(close?.message).toContain('the phase ended early')
  })

  it('counts as in any phase when nothing ended early, whatever was decided on the way', () => {
    const record = endedEarly(ratio())
    for (const event of record.events) if (event.event === 'phase-ended') delete event.early
    expect(verdictOn(record, ratio())).toMatchObject({outcome: 'pass', counts: {total: 2700}})
  })

  it('is missed where a guard stopped the run because it was', () => {
    const record = endedEarly(ratio())
    record.events = record.events.filter(
      (event) => !(event.event === 'phase-ended' && event.phase === 'fault'),
    )
    expect(verdictOn(record, ratio())?.outcome).toBe('fail')
  })

  it('decides no comparison with the baseline', () => {
    const relative: Objective = {
      kind: 'relative',
      name: 'no worse',
      compares: 'up',
      mostWorse: 100,
      during: ['fault'],
      confidence: 0.95,
      minSamples: 1,
    }
    const verdicts = judge(endedEarly(ratio()), {objectives: [ratio(), relative]}).objectives
    expect(verdicts.find(({name}) => name === 'no worse')?.outcome).toBe('inconclusive')
  })
})

describe('how a phase stands', () => {
  const record = paymentSlowRecord()
  const {plan} = record.header
  const phase = plan.phases.find(({name}) => name === 'fault')
  if (!phase) throw new Error('the record has a fault phase')
  const soFar = (afterMs: number): SoFar => {
    const toMs = runStartMs + phase.startMs + afterMs
    return {
      phase,
      startMs: runStartMs + phase.startMs,
      toMs,
      events: record.events.filter(({atMs, event}) => atMs <= toMs && event !== 'phase-ended'),
      series: record.series.map((series) => {
        const length = series.t.filter((t) => t <= toMs).length
        return {...series, t: series.t.slice(0, length), v: series.v.slice(0, length)}
      }),
      intervalMs: record.header.sampleIntervalMs,
    }
  }
  const standing = (objective: Objective, afterMs: number) =>
    judgeStanding({...plan, scenario: {...plan.scenario, objectives: [objective]}}, soFar(afterMs))

  it('is open at first, and met or missed once that is certain; then the phase may end', () => {
    const first = standing(ratio({target: 0.95}), 10_000)
    expect(first.objectives[0]).toMatchObject({name: 'up', state: 'undecided', target: 0.95, unit: 'ratio'})
    expect(first.mayEnd).toBeUndefined()
    const later = standing(ratio({target: 0.95}), 25_000)
    expect(later.objectives[0]).toMatchObject({
      state: 'met',
      message: expect.stringMatching(/^99\.\d+% of .*, asked 95%$/),
    })
    expect(later.decided).toEqual([{objective: 'up', decision: expect.objectContaining({state: 'met'})}])
    expect(later.mayEnd).toBe('"up" decided')
  })

  it('does not end while a query needs all of the phase', () => {
    const query: Objective = {
      kind: 'query',
      name: 'open',
      query: 'up',
      expect: {comparator: '>=', value: 1},
      during: ['fault'],
      confidence: 0.95,
      minSamples: 1,
    }
    const all = judgeStanding(
      {...plan, scenario: {...plan.scenario, objectives: [ratio({target: 0.95}), query]}},
      soFar(25_000),
    )
    expect(all.mayEnd).toBeUndefined()
    expect(all.full).toContain('a query')
    expect(all.objectives[1]).toMatchObject({name: 'open', state: 'undecided'})
  })

  it('does not end before the fault was seen to take effect', () => {
    const blind = soFar(25_000)
    const events = blind.events.filter(({event}) => event !== 'fault-seen')
    const scenario = {...plan.scenario, objectives: [ratio({target: 0.95})]}
    expect(judgeStanding({...plan, scenario}, {...blind, events}).mayEnd).toBeUndefined()
  })

  it('does not end early under a load that changes', () => {
    const scenario = {...plan.scenario, objectives: [ratio({target: 0.95})]}
    const rates = [{startMs: 0, endMs: plan.durationMs, fromPerSecond: 1, toPerSecond: 9}]
    const streams = [{name: 'load', rates}]
    const rising = judgeStanding({...plan, scenario, rates, streams}, soFar(25_000))
    expect(rising.mayEnd).toBeUndefined()
    expect(rising.full).toContain('the load does not stay the same')
  })
})
