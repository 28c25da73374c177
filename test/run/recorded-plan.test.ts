import {describe, expect, it} from 'vitest'
import type {Plan} from '../../src/plan/plan.js'
import {recordedPlan} from '../../src/run/recorded-plan.js'
import type {Load, Profile} from '../../src/scenarios/scenario.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'

const planWith = (load: Partial<Load>, body?: string): Plan => {
  const requests = [{name: 'a', ...(body !== undefined && {body})}]
  const plan = planOf({endpoints: {}, requests, rates: constantRate(1, 1000)})
  Object.assign(plan.scenario.load, load)
  return plan
}

describe('a recorded plan', () => {
  it('is the plan as it is, where it is small', () => {
    const plan = planWith({data: {a: Array.from({length: 1000}, (_, n) => n)}}, 'x'.repeat(16_384))
    expect(recordedPlan(plan)).toEqual(plan)
  })

  it('keeps the beginning of a long list, and says how long it was', () => {
    const {load} = recordedPlan(
      planWith({data: {a: Array.from({length: 1001}, (_, n) => n), b: [1]}}),
    ).scenario
    expect(load.data).toEqual({a: Array.from({length: 100}, (_, n) => n), b: [1]})
    expect(load.cut).toEqual({'data.a': 1001})
  })

  it('keeps the beginning of a long log, and the first request of each name', () => {
    const entries = Array.from({length: 2000}, (_, n) => ({
      atMs: n,
      name: n < 1500 ? 'GET /' : 'GET /late',
      method: 'GET',
      path: '/',
    }))
    const replay = {path: 'x.log', speed: 1, entries}
    const profile: Profile = {kind: 'replay', perSecond: [2000], speed: 1}
    const {load} = recordedPlan(
      planWith({streams: [{name: 'replay', profile, requests: [], replay}]}),
    ).scenario
    const kept = load.streams[0]?.replay?.entries ?? []
    expect(kept).toHaveLength(101)
    expect(kept.at(-1)?.atMs).toBe(1500)
    expect(load.cut).toEqual({replay: 2000})
  })

  it('keeps the beginning of a long body', () => {
    const {load} = recordedPlan(planWith({}, 'x'.repeat(20_000))).scenario
    expect(load.streams[0]?.requests[0]?.body).toBe(`${'x'.repeat(16_384)}…`)
  })
})
