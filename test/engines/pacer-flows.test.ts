import {describe, expect, it} from 'vitest'
import type {FlowSecond, LoadSecond} from '../../src/engines/engine.js'
import pacer from '../../src/engines/pacer.js'
import type {Plan} from '../../src/plan/plan.js'
import type {FlowSpec, FlowStep, RequestSpec} from '../../src/scenarios/scenario.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {runLoad, sumOf} from '../fakes/engine-run.js'
import {startShop} from '../fakes/flow-server.js'

type Step = Partial<RequestSpec> & {name: string; extract?: (FlowStep & {kind: 'request'})['extract']}

const step = ({extract = {}, ...request}: Step): FlowStep => ({
  kind: 'request',
  request: {weight: 1, method: 'GET', path: '/', headers: {}, ...request},
  extract,
})

const login = step({
  name: 'login',
  method: 'POST',
  path: '/login',
  extract: {token: {json: '/auth/token'}, session: {header: 'X-Session'}, broken: {json: '/broken'}},
})

/** A load of one flow: so many arrivals at 50 a second, then time for the last of them to get through. */
const planOfFlow = (
  url: string,
  steps: FlowStep[],
  more: Partial<FlowSpec> = {},
  {arrivals = 10, restMs = 500} = {},
): Plan => {
  const sentMs = arrivals * 20
  const rest = {startMs: sentMs, endMs: sentMs + restMs, fromPerSecond: 0, toPerSecond: 0}
  const rates = [...constantRate(50, sentMs), ...(restMs > 0 ? [rest] : [])]
  const plan = planOf({endpoints: {edge: url}, requests: [], rates})
  const [stream] = plan.scenario.load.streams
  if (stream) stream.flows = [{name: 'buy', weight: 1, steps, ...more}]
  return plan
}

const flowsOf = (seconds: readonly LoadSecond[], name = 'buy'): FlowSecond => {
  const sum: FlowSecond = {started: 0, completed: 0, broken: {}}
  for (const flow of seconds.flatMap(({flows}) => flows?.[name] ?? [])) {
    sum.started += flow.started
    sum.completed += flow.completed
    for (const [at, reasons] of Object.entries(flow.broken))
      for (const [why, count] of Object.entries(reasons))
        sum.broken[at] = {
          ...sum.broken[at],
          [why]: count + Number(Object.entries(sum.broken[at] ?? {}).find(([key]) => key === why)?.[1] ?? 0),
        }
  }
  return sum
}

describe('a flow', () => {
  it('passes on what it takes out of bodies and headers, each user his own', async () => {
    const {url, seen} = await startShop()
    const pay = step({
      name: 'pay',
      method: 'POST',
      path: '/pay?session={{session}}',
      headers: {authorization: 'Bearer {{token}}'},
      body: {token: '{{token}}'},
      expect: [200],
    })
    const {seconds} = await runLoad(pacer, planOfFlow(url, [login, pay]))
    expect(flowsOf(seconds)).toEqual({started: 10, completed: 10, broken: {}})
    expect(sumOf(seconds, 'login').answered).toEqual({200: 10})
    expect(sumOf(seconds, 'pay').answered).toEqual({200: 10})
    expect(seconds.reduce((sum, {arrivals = 0}) => sum + arrivals, 0)).toBe(10)
    const paid = seen.filter(({method, url}) => method === 'POST' && url.startsWith('/pay'))
    for (const {url, headers, body} of paid) {
      const token = String(headers.authorization).replace('Bearer ', '')
      // The body is JSON still, though the token holds a quote.
      expect(JSON.parse(String(body))).toEqual({token})
      expect(url).toBe(`/pay?session=${token.replace('t"', 's')}`)
    }
    expect(new Set(paid.map(({headers}) => headers.authorization)).size).toBe(10)
  })

  it('thinks between steps, and counts the next one from the end of the thought', async () => {
    const {url, seen} = await startShop()
    const think: FlowStep = {kind: 'think', minMs: 300, maxMs: 300}
    const plan = planOfFlow(
      url,
      [step({name: 'one', path: '/one'}), think, step({name: 'two', path: '/two'})],
      {},
      {arrivals: 40, restMs: 0},
    )
    const {seconds} = await runLoad(pacer, plan)
    const [first = [], second = []] = ['/one', '/two'].map((path) => seen.filter(({url}) => url === path))
    expect(second.length).toBeGreaterThan(10)
    for (const [index, {atMs}] of second.entries())
      expect(atMs - (first[index]?.atMs ?? 0)).toBeGreaterThan(280)
    // Latency does not count the thought.
    expect(sumOf(seconds, 'two').latencyUs.getValueAtPercentile(50) / 1000).toBeLessThan(250)
    // Those who still think at the end are neither complete nor broken.
    const {started, completed, broken} = flowsOf(seconds)
    expect(started).toBe(40)
    expect(completed).toBe(second.length)
    expect(completed).toBeLessThan(40)
    expect(broken).toEqual({})
  })

  it('sends the cookies that its own answers have set, when it is to', async () => {
    const {url, seen} = await startShop()
    await runLoad(pacer, planOfFlow(url, [login, step({name: 'cart', path: '/cart'})], {cookies: true}))
    const cookies = seen.filter(({url}) => url === '/cart').map(({headers}) => String(headers.cookie))
    expect(cookies.sort()).toEqual(Array.from({length: 10}, (_, n) => `sid=${n + 1}`).sort())
    expect(seen.filter(({url}) => url === '/login').every(({headers}) => headers.cookie === undefined)).toBe(
      true,
    )
  })

  const after = step({name: 'after', path: '/after'})
  it.each<[string, FlowStep[], FlowSecond['broken']]>([
    ['a status that is an error', [step({name: 'a', path: '/pay'}), after], {a: {status: 10}}],
    [
      'a status that is not expected',
      [step({name: 'a', path: '/ok', expect: [204]}), after],
      {a: {status: 10}},
    ],
    [
      'a value that is not there',
      [step({name: 'a', extract: {x: {json: '/0/id'}}}), after],
      {a: {extract: 10}},
    ],
    [
      'a header that is not there',
      [step({name: 'a', extract: {x: {header: 'x-no'}}}), after],
      {a: {extract: 10}},
    ],
    [
      'an answer too large to keep',
      [step({name: 'a', path: '/large', extract: {x: {json: '/x'}}}), after],
      {a: {'too-large': 10}},
    ],
    [
      'a value that no header can hold',
      [login, step({name: 'b', headers: {'x-y': '{{broken}}'}}), after],
      {b: {value: 10}},
    ],
  ])('ends at %s, and says so', async (_what, steps, broken) => {
    const {url, seen} = await startShop()
    const {seconds} = await runLoad(pacer, planOfFlow(url, steps))
    expect(flowsOf(seconds)).toEqual({started: 10, completed: 0, broken})
    expect(seen.some(({url}) => url === '/after')).toBe(false)
    expect(sumOf(seconds, 'after')).toMatchObject({due: 0, sent: 0})
  })

  it('follows where an answer leads', async () => {
    const {url, seen} = await startShop()
    const steps = [
      step({name: 'order', method: 'POST', path: '/order', extract: {order: {header: 'location'}}}),
      step({name: 'look', path: '{{order}}?for={{order}}'}),
    ]
    const {seconds} = await runLoad(pacer, planOfFlow(url, steps))
    expect(flowsOf(seconds).completed).toBe(10)
    const looked = seen.filter(({method}) => method === 'GET').map(({url: path}) => path)
    const location = `${url}/orders/7%20a?x=1`
    expect(new Set(looked)).toEqual(new Set([`/orders/7%20a?x=1?for=${encodeURIComponent(location)}`]))
  })

  it('goes on after an error that it expects', async () => {
    const {url, seen} = await startShop()
    const teapot = step({name: 'teapot', path: '/teapot', expect: ['2xx', 418]})
    const {seconds} = await runLoad(pacer, planOfFlow(url, [teapot, after]))
    expect(flowsOf(seconds).completed).toBe(10)
    expect(seen.filter(({url}) => url === '/after')).toHaveLength(10)
  })

  it('ends where too many are in flight', async () => {
    const {url} = await startShop()
    const plan = planOfFlow(url, [step({name: 'a', path: '/hang'}), after])
    plan.scenario.load.maxInFlight = 1
    plan.scenario.load.timeoutMs = 2000
    const {seconds} = await runLoad(pacer, plan)
    expect(flowsOf(seconds)).toEqual({started: 10, completed: 0, broken: {a: {skipped: 9, failed: 1}}})
  })

  it('has the same rows and thoughts for the same seed', async () => {
    const sent = async (): Promise<string[]> => {
      const {url, seen} = await startShop()
      const steps = [
        step({name: 'a', path: '/a/{{pick users.name}}'}),
        step({name: 'b', path: '/b/{{pick users.id}}'}),
      ]
      const plan = planOfFlow(url, steps)
      plan.scenario.load.data = {
        users: [
          {name: 'x', id: 1},
          {name: 'y', id: 2},
          {name: 'z', id: 3},
        ],
      }
      await runLoad(pacer, plan)
      return seen.map(({url}) => url)
    }
    const first = await sent()
    expect((await sent()).toSorted()).toEqual(first.toSorted())
    const count = (path: string): number => first.filter((url) => url === path).length
    expect([count('/a/x'), count('/a/y'), count('/a/z')]).toEqual([
      count('/b/1'),
      count('/b/2'),
      count('/b/3'),
    ])
    expect(count('/a/x')).toBeGreaterThan(0)
    expect(count('/a/x')).toBeLessThan(10)
  })
})
