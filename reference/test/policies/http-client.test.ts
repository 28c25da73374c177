import {afterEach, describe, expect, test} from 'vitest'
import {createHttpClient, type HttpClientRules} from '../../src/policies/http-client.js'
import {createSwitchBoard, type SwitchName, switchDefaults} from '../../src/policies/switches.js'
import {systemClock} from '../../src/service/clock.js'
import {createMetrics} from '../../src/service/metrics.js'
import {seededRandom} from '../../src/service/random.js'
import {answer, type FakeUpstream, fakeUpstream, reset, silence} from '../fakes/upstream.js'

const trace = {traceId: 'a'.repeat(32), requestId: 'request-1'}
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

// The keys of the defaults are the names of the switches.
const names = Object.keys(switchDefaults) as SwitchName[]

const setUp = async (count: number, changes: Partial<HttpClientRules> = {}, off: SwitchName[] = []) => {
  const upstreams = await Promise.all(Array.from({length: count}, () => fakeUpstream()))
  const switches = createSwitchBoard(names)
  switches.change({'lb.healthcheck': false, ...Object.fromEntries(off.map((name) => [name, false]))})
  const metrics = createMetrics()
  const client = createHttpClient(
    {
      to: 'order',
      timeoutMs: 200,
      timeoutSwitch: 'timeout',
      retriesTimeouts: 'none',
      backends: upstreams.map(({url}, index) => ({replica: `order-${index + 1}`, url})),
      ...changes,
    },
    {from: 'gateway', switches, metrics, clock: systemClock, random: seededRandom(1)},
  )
  closing.push(client.close, ...upstreams.map(({close}) => close))
  const get = () => client.request({method: 'GET', path: '/orders/1', trace})
  const post = (idempotencyKey?: string) =>
    client.request({
      method: 'POST',
      path: '/orders',
      body: {sku: 'sku-001'},
      trace,
      ...(idempotencyKey === undefined ? {} : {idempotencyKey}),
    })
  const asked = () => upstreams.map(({requests}) => requests.length)
  const only = (): FakeUpstream => {
    const [first] = upstreams
    if (!first) throw new Error('there is no upstream')
    return first
  }
  return {upstreams, only, switches, metrics, get, post, asked, text: () => metrics.registry.metrics()}
}

describe('a call', () => {
  test('carries the trace and the idempotency key', async () => {
    const {only, post} = await setUp(1)
    await post('key-1')
    expect(only().headers[0]).toMatchObject({'idempotency-key': 'key-1', 'x-request-id': 'request-1'})
    expect(only().headers[0]?.['traceparent']).toMatch(/^00-a{32}-[0-9a-f]{16}-01$/)
  })

  test('gives a business answer of 4xx and counts it as done', async () => {
    const {only, get, text} = await setUp(1)
    only().behave(answer(404, {error: 'no such order'}))
    expect(await get()).toEqual({status: 404, body: {error: 'no such order'}})
    expect(await text()).toContain('client_calls_total{from="gateway",to="order",result="ok"} 1')
  })

  test('takes the backends in turn', async () => {
    const {get, asked} = await setUp(2)
    for (let call = 0; call < 6; call++) await get()
    expect(asked()).toEqual([3, 3])
  })
})

describe('retry', () => {
  test('goes to the other backend after a reset', async () => {
    const {only, get, asked} = await setUp(2)
    only().behave(reset)
    expect(await get()).toMatchObject({status: 200})
    expect(asked()).toEqual([1, 1])
  })

  test('makes three attempts at most', async () => {
    const {only, get, asked, text} = await setUp(1)
    only().behave(answer(503, {error: 'busy'}))
    await expect(get()).rejects.toMatchObject({
      kind: 'status',
      status: 503,
      message: 'order answered 503: busy',
    })
    expect(asked()).toEqual([3])
    expect(await text()).toContain('client_attempts_total{from="gateway",to="order",result="status"} 3')
    expect(await text()).toContain('client_calls_total{from="gateway",to="order",result="error"} 1')
  })

  test.each([
    ['a POST without a key', answer(503), 'post' as const],
    ['an error that the callee passes on', answer(503, {}, {'x-failed-upstream': 'payment'}), 'get' as const],
    ['an internal error', answer(500), 'get' as const],
    ['a timeout', silence, 'get' as const],
  ])('leaves alone %s', async (_, behaviour, method) => {
    const parts = await setUp(1)
    parts.only().behave(behaviour)
    await expect(parts[method]()).rejects.toThrow()
    expect(parts.asked()).toEqual([1])
  })

  test('repeats a POST with a key', async () => {
    const {only, post, asked} = await setUp(2)
    only().behave(reset)
    expect(await post('key-1')).toMatchObject({status: 200})
    expect(asked()).toEqual([1, 1])
  })

  test('follows a timeout where the edge allows it', async () => {
    const {only, get, asked} = await setUp(2, {retriesTimeouts: 'reads'})
    only().behave(silence)
    expect(await get()).toMatchObject({status: 200})
    expect(asked()).toEqual([1, 1])
  })

  test('is off when its switch is', async () => {
    const {only, get, asked} = await setUp(1, {}, ['retry'])
    only().behave(answer(503))
    await expect(get()).rejects.toThrow()
    expect(asked()).toEqual([1])
  })

  test('stops when its budget is spent, and goes on without one', async () => {
    const calls = 40
    const attempts = async (off: SwitchName[]) => {
      const {only, get, asked} = await setUp(1, {}, ['breaker', ...off])
      only().behave(answer(503))
      for (let call = 0; call < calls; call++) await get().catch(() => {})
      return asked()[0] ?? 0
    }
    expect(await attempts([])).toBeLessThanOrEqual(calls * 1.2 + 20)
    expect(await attempts(['retry.budget'])).toBe(calls * 3)
  })
})

describe('timeout', () => {
  test('ends the wait and names the callee', async () => {
    const {only, get, text} = await setUp(1)
    only().behave(silence)
    await expect(get()).rejects.toMatchObject({kind: 'timeout', to: 'order'})
    expect(await text()).toContain('client_attempts_total{from="gateway",to="order",result="timeout"} 1')
  })

  test('lets a call wait for ever when it is off', async () => {
    const {only, get} = await setUp(1, {}, ['timeout'])
    only().behave(silence)
    const waiting = get().catch(() => 'failed')
    const late = new Promise((resolve) => setTimeout(() => resolve('still waiting'), 600))
    expect(await Promise.race([waiting, late])).toBe('still waiting')
  })
})

describe('circuit breaker', () => {
  const fail = async (get: () => Promise<unknown>, times: number) => {
    for (let call = 0; call < times; call++) await get().catch(() => {})
  }

  test('opens after failures, rejects without calling, and says so in the metrics', async () => {
    const {only, get, asked, text} = await setUp(1, {}, ['retry'])
    only().behave(answer(500))
    await fail(get, 10)
    await expect(get()).rejects.toMatchObject({kind: 'rejected'})
    expect(asked()).toEqual([10])
    expect(await text()).toContain('circuit_state{from="gateway",to="order"} 2')
    expect(await text()).toContain('circuit_opened_total{from="gateway",to="order"} 1')
    expect(await text()).toContain('client_calls_total{from="gateway",to="order",result="rejected"} 1')
  })

  test('is not moved by failures that the callee only passes on', async () => {
    const {only, get, text} = await setUp(1, {}, ['retry'])
    only().behave(answer(503, {}, {'x-failed-upstream': 'payment'}))
    await fail(get, 15)
    expect(await text()).toContain('circuit_state{from="gateway",to="order"} 0')
  })

  test('closes at once when it is switched off', async () => {
    const {only, switches, get, asked} = await setUp(1, {}, ['retry'])
    only().behave(answer(500))
    await fail(get, 10)
    switches.change({breaker: false})
    await fail(get, 5)
    expect(asked()).toEqual([15])
  })
})

describe('connections', () => {
  test('are kept between requests', async () => {
    const {only, get} = await setUp(1)
    for (let call = 0; call < 20; call++) await get()
    // undici opens a second one when a call follows before the first connection is free again.
    expect(only().connections()).toBeLessThanOrEqual(2)
  })

  test('are made anew for every request where the edge wants it', async () => {
    const {only, get} = await setUp(1, {freshConnections: true})
    for (let call = 0; call < 5; call++) await get()
    expect(only().connections()).toBe(5)
  })
})

describe('outlier ejection', () => {
  test.each([
    ['spares a backend that failed three times', [] as SwitchName[], 3],
    ['is off when its switch is', ['lb.outlier'] as SwitchName[], 10],
  ])('%s', async (_, off, attemptsOnSick) => {
    const {only, get, asked} = await setUp(2, {}, ['retry', 'breaker', ...off])
    only().behave(answer(500))
    for (let call = 0; call < 20; call++) await get().catch(() => {})
    expect(asked()[0]).toBe(attemptsOnSick)
  })
})
