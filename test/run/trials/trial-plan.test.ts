import {expect, it} from 'vitest'
import type {Engine} from '../../../src/engines/engine.js'
import {expectedRequests} from '../../../src/plan/rates.js'
import {checkSteerable, meanRate, trialPlan} from '../../../src/run/trials/trial-plan.js'
import {loadScenario, planOf} from '../../fakes/capacity-trials.js'

const engine = (loop: Engine['loop']): Engine => ({
  summary: '',
  loop,
  can: [],
  prepare: () => Promise.reject(new Error('nothing is sent here')),
})

const streams = `load:
  streams:
    - {name: shoppers, profile: {ramp: {from: 10/s, to: 50/s}}, requests: [{name: browse, get: /}]}
    - {name: robots, profile: {constant: 10/s}, requests: [{name: crawl, get: /all}]}`

it('keeps the proportion of the streams, and nothing else of their course', () => {
  const plan = planOf(loadScenario({load: streams}))
  expect(meanRate(plan)).toBeCloseTo(40, 6)
  const trial = trialPlan(plan, {ratePerSecond: 400, settleMs: 2000, measureMs: 8000})
  expect(trial.streams.map(({name, rates}) => [name, expectedRequests(rates)])).toEqual([
    ['shoppers', expect.closeTo(3000, 6)],
    ['robots', expect.closeTo(1000, 6)],
  ])
  expect(trial.phases).toEqual([
    {name: 'warm-up', startMs: 0, endMs: 2000},
    {name: 'baseline', startMs: 2000, endMs: 10_000},
  ])
  expect(trial.faults).toEqual([])
  expect(trial.scenario.load.streams.every(({profile}) => profile.kind === 'constant')).toBe(true)
})

it('refuses a closed loop with the reason', () => {
  expect(() => checkSteerable(planOf(loadScenario()), engine('closed'))).toThrow(/closed loop/)
  expect(() => checkSteerable(planOf(loadScenario()), engine('open'))).not.toThrow()
})

it('refuses a load that pods would send', () => {
  const plan = planOf(loadScenario())
  const load = {...plan.scenario.load, engine: 'k6', on: 'kubernetes' as const}
  const elsewhere = {...plan, scenario: {...plan.scenario, load}}
  expect(() => checkSteerable(elsewhere, engine('open'))).toThrow(/made in a cluster/)
})
