import {expect, it} from 'vitest'
import type {Plan} from '../../../src/plan/plan.js'
import type {Decision} from '../../../src/run/record.js'
import type {SoFar} from '../../../src/run/standing.js'
import {asFarAsItHolds} from '../../../src/verdict/early/beyond-rescue.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'

const {plan} = paymentSlowRecord().header
const phase = {name: 'fault', startMs: 25_000, endMs: 55_000} as const
// A third of the phase, up to the newest sample.
const soFar: SoFar = {phase, startMs: 0, toMs: 10_500, events: [], series: [], intervalMs: 500}

const of = (state: Decision['state'], bad: number): Decision => ({
  state,
  eValue: 900,
  good: 1000 - bad,
  total: 1000,
  effective: 900,
  estimate: 1 - bad / 1000,
  low: 0,
  high: 1,
})

const passing: Plan = {...plan, faults: plan.faults.map((fault) => ({...fault, endMs: 40_000}))}
const rising = (): Plan => {
  // 100 a second in the first third, 200 in the others.
  const rates = [
    {startMs: 0, endMs: 35_000, fromPerSecond: 100, toPerSecond: 100},
    {startMs: 35_000, endMs: 75_000, fromPerSecond: 200, toPerSecond: 200},
  ]
  return {...plan, rates, streams: [{name: 'load', rates}]}
}

it('a decision holds where nothing changes within the phase', () => {
  expect(asFarAsItHolds(of('met', 0), 0.9, plan, soFar)?.state).toBe('met')
  expect(asFarAsItHolds(of('missed', 150), 0.9, plan, soFar)?.state).toBe('missed')
})

it.each([
  ['a fault ends', passing, 300],
  ['the load rises', rising(), 500],
])('nothing is met before the end of a phase in which %s, and little is missed', (_, changing, mayBeBad) => {
  expect(asFarAsItHolds(of('met', 0), 0.9, changing, soFar)).toBeUndefined()
  expect(asFarAsItHolds(of('missed', mayBeBad - 1), 0.9, changing, soFar)).toBeUndefined()
  expect(asFarAsItHolds(of('missed', mayBeBad + 1), 0.9, changing, soFar)?.state).toBe('missed')
})

it('goes by time under a script, whose rates nobody knows', () => {
  const load = {...plan.scenario.load, script: {path: '/load.js', sha256: '', env: {}}}
  const scripted: Plan = {...plan, rates: [], scenario: {...plan.scenario, load}}
  expect(asFarAsItHolds(of('missed', 299), 0.9, scripted, soFar)).toBeUndefined()
  expect(asFarAsItHolds(of('missed', 301), 0.9, scripted, soFar)?.state).toBe('missed')
})
