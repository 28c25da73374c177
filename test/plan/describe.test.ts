import {describe, expect, it} from 'vitest'
import {buildPlan} from '../../src/plan/build.js'
import {describePlan} from '../../src/plan/describe.js'
import type {Scenario} from '../../src/scenarios/scenario.js'
import {aim, scenarioWith, shop} from '../fakes/scenario-plan.js'

const textOf = (scenario: Scenario): string =>
  describePlan(buildPlan({scenario, target: shop, seed: 42, aim}))

describe('the dry run as text', () => {
  it('says what would happen when, to what, and what undoes it', () => {
    const scenario = scenarioWith({
      summary: 'summary: A slow payment provider.',
      load: `load:
  profile: {ramp: {from: 10/s, to: 30/s, over: 20s}}
  requests:
    - {name: browse, weight: 3, get: /products}
    - {name: checkout, post: /checkout, endpoint: admin}`,
      faults: `faults:
  - latency: {edge: order->payment, delay: 1s, at: 5s, for: 10s}
  - kill: {workload: catalog, at: 15s}`,
      objectives: `objectives:
  - {name: browsing stays up, good: g, total: t, target: 99.9%}
  - {name: fast enough, latency: h, below: 300ms, target: 95%, during: [fault]}
  - {name: breaker opened, query: max(x), expect: ">= 1", during: [fault]}
  - {name: recovers, recovers: fast enough, within: 8s}`,
      guards: 'guards: [{stop-when: sum(x), above: 50%, for: 10s}, {name: alive, stop-when: up, below: 1}]',
      switches: 'switches: {order.breaker: off, order.retry: 3}',
    })
    const victim = buildPlan({scenario, target: shop, seed: 42, aim}).faults[1]?.aim.replicas.join()
    expect(textOf(scenario)).toBe(`small on shop: 42s, seed 42
A slow payment provider.

Load: 10/s to 30/s over 20s, about 1060 requests
  browse    75%  GET /products on edge
  checkout  25%  POST /checkout on admin

Switches, set before the first request and put back at the end
  order.breaker  false
  order.retry    3

Timeline
  0s   warm-up       2s, about 22 requests, judged by nobody
  2s   baseline      10s, about 170 requests
  12s  fault         20s, about 568 requests
  17s  + f1 latency  latency of 1000 ms on order->payment
  27s  - f1 latency  removes the toxic
  27s  + f2 kill     kill [${victim}]
  32s  - f2 kill     waits until it is ready
  32s  recovery      10s, about 300 requests
  42s  end

Must hold
  browsing stays up  fault, recovery  at least 99.9% good
  fast enough        fault            at least 95% below 300ms
  breaker opened     fault            max(x) >= 1
  recovers           recovery         "fast enough" holds again within 8s

Stops everything at once when
  guard 1: sum(x) is above 0.5 for 10s
  alive: up is below 1`)
  })

  it.each([
    ['{constant: 10/s}', 'Load: 10/s all the time'],
    ['{ramp: {from: 10/s, to: 20/s}}', 'Load: 10/s to 20/s over the whole run'],
    ['{steps: [{rate: 10/s, for: 5s}, {rate: 20/s, for: 1m}]}', 'Load: 10/s for 5s, then 20/s for 1m'],
    ['{spike: {base: 5/s, peak: 50/s, at: 3s, for: 1s}}', 'Load: 5/s, with 50/s at 3s for 1s'],
  ])('puts the profile %s into words', (profile, words) => {
    const load = `load: {profile: ${profile}, requests: [{name: browse, get: /products}]}`
    expect(textOf(scenarioWith({load}))).toContain(`${words}, about `)
  })

  it('shows how the strength of a fault changes, and when it is full', () => {
    const scenario = scenarioWith({
      faults: `faults:
  - latency: {edge: order->payment, delay: 1s, envelope: {ramp: {up: 10s, down: 5s}}}
  - latency: {edge: order->payment, delay: 2s, for: 12s, envelope: {pulse: {every: 4s, on: 1s}}}
  - latency: {edge: order->payment, delay: 3s, envelope: {oscillate: {period: 10s, low: 20%}}}`,
    })
    const [, timeline = ''] = textOf(scenario).split('Timeline\n')
    expect(timeline.split('\n').slice(2, 12).join('\n')).toBe(`  12s  fault         20s, about 200 requests
  12s  + f1 latency  latency of 1000 ms on order->payment
                     ▁▂▂▃▄▄▅▅▆▇▇███████▇▆▅▄▃▂  rises over 10s, falls over its last 5s
                     full strength from 22s to 27s, 31 levels in all
  12s  + f2 latency  latency of 2000 ms on order->payment
                     ██▁▁▁▁▁▁██▁▁▁▁▁▁██▁▁▁▁▁▁  on for 1s of every 4s
                     full strength 3 times, first from 12s to 13s, 6 levels in all
  12s  + f3 latency  latency of 3000 ms on order->payment
                     ▃▃▅▆▇██▇▆▅▃▃▃▃▅▆▇██▇▆▅▃▃  swings between 20% and 100% every 10s
                     full strength 2 times, first from 16.75s to 17.25s, 41 levels in all`)
  })

  it('leaves out what there is none of', () => {
    const text = textOf(scenarioWith())
    expect(text).not.toMatch(/Switches|Stops|\+ f1/)
    expect(text).toContain('42s  end')
  })

  it('shows the steps of a flow, and what a log holds until the run ends', () => {
    const scenario = scenarioWith({
      load: `load:
  profile: {constant: 10/s}
  flows:
    - name: buy
      steps: [{name: login, post: /login}, {think: 1s}, {name: pay, post: /pay}]`,
    })
    expect(textOf(scenario)).toContain(`Load: 10/s all the time, about 420 requests
  buy  100%  a flow: login, think, pay
`)
    const entry = (atMs: number, path: string) => ({atMs, name: `GET ${path}`, method: 'GET', path})
    const entries = [
      entry(0, '/a'),
      entry(900, '/b'),
      entry(1000, '/b'),
      entry(1100, '/b'),
      entry(99_000, '/late'),
    ]
    scenario.load.streams = [
      {
        name: 'replay',
        profile: {kind: 'replay', perSecond: [2, 2], speed: 2},
        requests: [],
        replay: {path: 'a.log', speed: 2, endpoint: 'admin', entries},
      },
    ]
    expect(textOf(scenario)).toContain(`Load: a log, at 2 times its speed, about 4 requests
  GET /b  75%  on admin
  GET /a  25%  on admin
`)
  })

  it('names the script that a load is', () => {
    const scenario = scenarioWith({load: 'load: {profile: {constant: 5/s}, requests: [{name: a, get: /}]}'})
    const {load} = scenario
    const script = {path: '/shop/checkout.js', sha256: '0123456789abcdef', env: {}}
    const streams = load.streams.map((stream) => ({...stream, requests: []}))
    expect(textOf({...scenario, load: {...load, streams, script}})).toContain(
      'Load: 5/s all the time, about 210 iterations\n  script  /shop/checkout.js  sha256 0123456789ab\n',
    )
  })
})
