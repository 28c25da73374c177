import {describe, expect, it} from 'vitest'
import type {Plan} from '../../../src/plan/plan.js'
import type {Objective} from '../../../src/scenarios/scenario.js'
import {judgeStanding} from '../../../src/verdict/early/standing.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'
import {runStartMs} from '../../fakes/record-series.js'

const record = paymentSlowRecord()
const {plan} = record.header
const phase = plan.phases.find(({name}) => name === 'recovery')
if (!phase) throw new Error('the record has a recovery phase')

/** Why the recovery phase may end so long after it began; undefined while it may not. */
const ending = (afterMs: number, withinMs: number, change: (plan: Plan) => Plan = (same) => same) => {
  // What recovers is judged in the fault phase: in the recovery phase, nothing but the recovery is.
  const objectives = plan.scenario.objectives.flatMap((one): Objective[] => {
    if (one.kind === 'recovery') return [{...one, withinMs}]
    return one.kind === 'latency' ? [{...one, during: ['fault']}] : []
  })
  const toMs = runStartMs + phase.startMs + afterMs
  const until = (t: number[]): number => t.filter((tMs) => tMs <= toMs).length
  return judgeStanding(change({...plan, scenario: {...plan.scenario, objectives}}), {
    phase,
    startMs: runStartMs + phase.startMs,
    toMs,
    events: record.events.filter(
      (event) => event.atMs <= toMs && !(event.event === 'phase-ended' && event.phase === 'recovery'),
    ),
    series: record.series.map(({labels, t, v}) => ({
      labels,
      t: t.slice(0, until(t)),
      v: v.slice(0, until(t)),
    })),
    intervalMs: record.header.sampleIntervalMs,
  }).mayEnd
}

describe('a recovery phase in which nothing but a recovery is judged', () => {
  it('goes on until all the time asked for is over, however soon it was good again', () => {
    expect(ending(9_000, 10_000)).toBeUndefined()
    expect(ending(12_000, 10_000)).toBe('"checkout recovers" decided')
  })

  it('goes on for a while after it was good again, to see a relapse', () => {
    // Good again 3 s after the undoing.
    expect(ending(6_500, 5_000)).toBeUndefined()
    expect(ending(10_500, 5_000)).toBe('"checkout recovers" decided')
  })

  it('goes on for five of the longest timeouts', () => {
    const slow = (one: Plan): Plan => ({
      ...one,
      scenario: {...one.scenario, phases: {...one.scenario.phases, longestTimeoutMs: 3000}},
    })
    expect(ending(12_000, 10_000, slow)).toBeUndefined()
    expect(ending(16_000, 10_000, slow)).toBe('"checkout recovers" decided')
  })

  it('goes on while another fault is still being undone', () => {
    const slowly = (one: Plan): Plan => ({...one, faults: one.faults.flatMap((f) => [f, {...f, id: 'f2'}])})
    expect(ending(12_000, 10_000, slowly)).toBeUndefined()
  })

  it('ends when the recovery came too late for certain', () => {
    expect(ending(5_000, 500)).toBeUndefined()
    expect(ending(7_500, 500)).toBe('"checkout recovers" decided')
  })
})
