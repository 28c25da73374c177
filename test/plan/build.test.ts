import {describe, expect, it} from 'vitest'
import {UserError} from '../../src/errors.js'
import {buildPlan} from '../../src/plan/build.js'
import {rateAt} from '../../src/plan/rates.js'
import type {Scenario} from '../../src/scenarios/scenario.js'
import {aim, scenarioWith, shop} from '../fakes/scenario-plan.js'

const planOf = (scenario: Scenario, seed = 1) => buildPlan({scenario, target: shop, seed, aim})

const complaintOf = (scenario: Scenario): UserError => {
  try {
    planOf(scenario)
  } catch (error) {
    if (error instanceof UserError) return error
  }
  throw new Error('no complaint')
}

const kills = (count: number) =>
  scenarioWith({faults: `faults: [${Array(count).fill('kill: {workload: catalog}').join(', ')}]`})

const victimsOf = (scenario: Scenario, seed: number) =>
  planOf(scenario, seed).faults.map(({aim: {replicas}}) => replicas.join())

describe('a plan', () => {
  it('lays the phases end to end, the warm-up first', () => {
    const {phases, durationMs, rates} = planOf(scenarioWith())
    expect(phases).toEqual([
      {name: 'warm-up', startMs: 0, endMs: 2000},
      {name: 'baseline', startMs: 2000, endMs: 12_000},
      {name: 'fault', startMs: 12_000, endMs: 32_000},
      {name: 'recovery', startMs: 32_000, endMs: 42_000},
    ])
    expect(durationMs).toBe(42_000)
    expect(rates).toEqual([{startMs: 0, endMs: 42_000, fromPerSecond: 10, toPerSecond: 10}])
  })

  it('lays a dip of the load behind the recovery, in every stream', () => {
    const load = `load:
  streams:
    - {name: a, profile: {constant: 10/s}, requests: [{name: x, get: /}]}
    - {name: b, profile: {soak: {rate: 4/s, ramp: 1s}}, requests: [{name: y, get: /}]}`
    const phases =
      'phases: {warm-up: 0s, baseline: 10s, fault: 5s, recovery: 15s, longest-timeout: 3s, dip: {to: 25%, for: 4s, restored: 6s}}'
    const plan = planOf(scenarioWith({load, phases}))
    expect(plan.phases.slice(3)).toEqual([
      {name: 'dip', startMs: 30_000, endMs: 34_000},
      {name: 'restored', startMs: 34_000, endMs: 40_000},
    ])
    expect(plan.durationMs).toBe(40_000)
    expect([29_999, 30_000, 33_999, 34_000].map((atMs) => rateAt(plan.rates, atMs))).toEqual([
      14, 3.5, 3.5, 14,
    ])
    expect(plan.streams.map(({rates}) => rateAt(rates, 32_000))).toEqual([2.5, 1])
  })

  it('has no phase without length', () => {
    const phases = 'phases: {warm-up: 0s, baseline: 5s, fault: 5s, recovery: 0s}'
    const objectives = 'objectives: [{name: one, good: g, total: t, target: 99%, during: [fault]}]'
    const plan = planOf(scenarioWith({phases, objectives}))
    expect(plan.phases.map(({name}) => name)).toEqual(['baseline', 'fault'])
    expect(plan.durationMs).toBe(10_000)
  })

  it('places faults in the fault phase', () => {
    const faults = `faults:
  - latency: {edge: order->payment, delay: 1s}
  - latency: {edge: order->payment, delay: 2s, at: 5s, for: 3s}
  - pause: {at: 19s}`
    const planned = planOf(scenarioWith({faults})).faults
    expect(planned).toMatchObject([
      {id: 'f1', fault: 'latency', startMs: 12_000, endMs: 32_000, aim: {edges: ['order->payment']}},
      {id: 'f2', options: {delay: 2000}, startMs: 17_000, endMs: 20_000},
      {id: 'f3', fault: 'pause', options: {}, startMs: 31_000, endMs: 32_000},
    ])
  })

  it('gives a fault with an envelope its levels, and any other none', () => {
    const faults = `faults:
  - latency: {edge: order->payment, delay: 1s, at: 5s, for: 4s, envelope: {pulse: {every: 2s, on: 1s}}}
  - latency: {edge: order->payment, delay: 2s}`
    const [pulsed, constant] = planOf(scenarioWith({faults})).faults
    expect(pulsed).toMatchObject({
      envelope: {kind: 'pulse', everyMs: 2000, onMs: 1000},
      levels: [
        {atMs: 17_000, level: 1},
        {atMs: 18_000, level: 0},
        {atMs: 19_000, level: 1},
        {atMs: 20_000, level: 0},
      ],
    })
    expect(constant).not.toHaveProperty('levels')
  })

  it('is the same for the same seed, and differs between seeds', () => {
    expect(planOf(kills(3), 7)).toEqual(planOf(kills(3), 7))
    const victims = Array.from({length: 20}, (_, seed) => victimsOf(kills(1), seed).join())
    expect(new Set(victims)).toEqual(new Set(shop.workloads['catalog']?.replicas))
  })

  it('keeps the victims of a fault when another one is added after it', () => {
    for (let seed = 0; seed < 10; seed++) {
      expect(victimsOf(kills(3), seed).slice(0, 2)).toEqual(victimsOf(kills(2), seed))
    }
  })

  it('keeps the victims of a fault when an earlier one draws more', () => {
    const afterAPause = scenarioWith({faults: 'faults: [pause: , kill: {workload: catalog}]'})
    for (let seed = 0; seed < 10; seed++) {
      expect(victimsOf(afterAPause, seed)[1]).toEqual(victimsOf(kills(2), seed)[1])
    }
  })

  it("takes the scenario's switches, or others in their place", () => {
    const scenario = scenarioWith({switches: 'switches: {order.breaker: off}'})
    expect(planOf(scenario).switches).toEqual({'order.breaker': false})
    const switches = {'order.retry': 3}
    expect(buildPlan({scenario, target: shop, seed: 1, switches, aim}).switches).toEqual(switches)
  })
})

describe('a scenario that does not fit its target', () => {
  it('has every misfit listed, with the likely name', () => {
    const load = `load:
  profile: {constant: 10/s}
  requests:
    - {name: a, get: "/products/{{pick sku}}", endpoint: admn}
    - {name: b, post: /checkout, headers: {x: "{{ pick nowhere }}"}, body: {list: ["{{pick colours}} {{pick skus}}"]}}
  data: {sizes: [S, M]}`
    const faults = 'faults: [latency: {edge: order->paymnt, delay: 1s}, latency: {edge: a->b, delay: 1s}]'
    const {message, hint} = complaintOf(scenarioWith({load, faults}))
    expect(message.split('\n')).toEqual([
      'Scenario small does not fit target shop',
      '  load.requests[0].endpoint: there is no endpoint "admn": did you mean "admin"?',
      '  load.requests[0]: there is no list "sku" to pick from: did you mean "skus"?',
      '  load.requests[1]: there is no list "nowhere" to pick from (known: skus, sizes)',
      '  load.requests[1]: there is no list "colours" to pick from (known: skus, sizes)',
      '  faults[0].latency.edge: there is no edge "order->paymnt": did you mean "order->payment"?',
      '  faults[1].latency.edge: there is no edge "a->b" (known: order->payment)',
    ])
    expect(hint).toContain('--target')
  })

  it('is told what the faults themselves say, all at once, with their hints', () => {
    const faults = 'faults: [kill: {workload: catalogue}, pause: , kill: {workload: cart}]'
    const {message, hint} = complaintOf(scenarioWith({faults}))
    expect(message.split('\n  ').slice(1)).toEqual([
      'faults[0].kill: there is no workload "catalogue"',
      'faults[2].kill: there is no workload "cart"',
    ])
    expect(hint).toBe('Workloads are: catalog.')
  })

  it.each([
    [{atMs: 15_000, forMs: 5_001}, 'would last from 15s to 20.001s, beyond the fault phase of 20s'],
    [{atMs: 20_000}, 'would last from 20s to 20s, beyond the fault phase of 20s'],
  ])('is told of a fault that leaves its phase, which no file can ask for: %j', (when, problem) => {
    const scenario = scenarioWith({faults: 'faults: [latency: {edge: order->payment, delay: 1s}]'})
    scenario.faults = scenario.faults.map((fault) => ({...fault, ...when}))
    const {message, hint} = complaintOf(scenario)
    expect(message).toContain(`faults[0].latency: ${problem}`)
    expect(hint).toContain('the fault phase longer')
  })

  it('is told of faults that do the same to an edge at the same time', () => {
    const twice = (second: string) =>
      scenarioWith({
        faults: `faults:
  - latency: {edge: order->payment, delay: 1s, for: 10s}
  - latency: {edge: order->payment, delay: 1s, ${second}}`,
      })
    const {message, hint} = complaintOf(twice('at: 9s'))
    expect(message).toContain('f2 latency does the same as f1 while that is in force')
    expect(hint).toContain('Make them one fault')
    expect(planOf(twice('at: 10s')).faults).toHaveLength(2)
  })

  it('does not hide a bug in a fault as a mistake of the user', () => {
    const broken = () => {
      throw new TypeError('a bug')
    }
    const scenario = scenarioWith({faults: 'faults: [pause: ]'})
    expect(() => buildPlan({scenario, target: shop, seed: 1, aim: broken})).toThrow(TypeError)
  })
})
