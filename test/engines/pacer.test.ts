import {describe, expect, it, onTestFinished} from 'vitest'
import type {LoadSecond} from '../../src/engines/engine.js'
import {loadEngine} from '../../src/engines/index.js'
import pacer from '../../src/engines/pacer.js'
import {EnvironmentError, UserError} from '../../src/errors.js'
import {engineContract} from '../contracts/engine.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {runLoad, sumOf} from '../fakes/engine-run.js'
import {startEngineServer} from '../fakes/engine-server.js'

engineContract('pacer', pacer)

const startServer = async () => {
  const server = await startEngineServer()
  onTestFinished(() => server.close())
  return server
}

const quiet = {signal: new AbortController().signal, onSecond: () => {}}

describe('pacer', () => {
  it('sends what the templates say, the same for the same seed', async () => {
    const bodies = async (seed: number): Promise<string[]> => {
      const server = await startServer()
      const request = {
        name: 'order',
        method: 'POST',
        path: '/ok?sku={{pick skus}}',
        headers: {'x-id': '{{uuid}}'},
        body: {number: '{{sequence}}', sku: '{{pick skus}}'},
      }
      const sketch = {endpoints: {edge: server.url}, requests: [request], rates: constantRate(50, 400), seed}
      await runLoad(pacer, planOf({...sketch, targetData: {skus: ['a', 'b', 'c']}}))
      expect(server.seen).toHaveLength(20)
      for (const {method, headers} of server.seen)
        expect({method, type: headers['content-type']}).toEqual({method: 'POST', type: 'application/json'})
      return server.seen.map(({url, headers, body}) => `${url} ${String(headers['x-id'])} ${body}`).sort()
    }
    const first = await bodies(1)
    expect(await bodies(1)).toEqual(first)
    expect(await bodies(2)).not.toEqual(first)
    expect(first.some((seen) => seen.includes('"number":"20"'))).toBe(true)
  })

  it('mixes requests by weight', async () => {
    const server = await startServer()
    const requests = [
      {name: 'often', path: '/ok', weight: 9},
      {name: 'seldom', path: '/created', weight: 1},
    ]
    const plan = planOf({endpoints: {edge: server.url}, requests, rates: constantRate(300, 1000)})
    const {seconds} = await runLoad(pacer, plan)
    const often = sumOf(seconds, 'often').sent
    expect(often + sumOf(seconds, 'seldom').sent).toBe(300)
    expect(often).toBeGreaterThan(245)
    expect(often).toBeLessThan(295)
  })

  it('tells live counts each second, though the requests of that second are still in flight', async () => {
    const server = await startServer()
    const plan = planOf({
      endpoints: {edge: server.url},
      requests: [{name: 'hang', path: '/hang'}],
      rates: constantRate(20, 2000),
      // Nobody is given up in the first second, however late that is told, and somebody in the second one.
      timeoutMs: 1800,
    })
    const {lives, startAtMs} = await runLoad(pacer, plan)
    expect(lives[0]).toEqual({
      atMs: startAtMs + 1000,
      offeredPerSecond: 20,
      achievedPerSecond: 0,
      errorRatio: 0,
      inFlight: 20,
    })
    expect(lives[1]).toMatchObject({offeredPerSecond: 20, errorRatio: 1})
    // It goes on while the last requests are waited for.
    expect(lives[2]).toMatchObject({offeredPerSecond: 0, errorRatio: 1})
  })

  it('says how well it kept time and what it cost', async () => {
    const server = await startServer()
    const plan = planOf({
      endpoints: {edge: server.url},
      requests: [{name: 'ok', path: '/ok'}],
      rates: constantRate(200, 2000),
    })
    const {seconds} = await runLoad(pacer, plan)
    for (const {health} of seconds) {
      const {p50, p99, max} = health.latenessMs ?? {p50: 0, p99: 0, max: 0}
      expect(p50).toBeGreaterThan(0)
      expect(p99).toBeGreaterThanOrEqual(p50)
      expect(max).toBeGreaterThanOrEqual(p99)
      expect(health.cpu).toBeGreaterThan(0)
      expect(health.cpu).toBeLessThan(1.1)
    }
  })

  it('counts latency and timeout from the intended send time, however late the send', async () => {
    const server = await startServer()
    const plan = planOf({
      endpoints: {edge: server.url},
      requests: [{name: 'slow', path: '/slow'}],
      rates: constantRate(10, 2500),
      timeoutMs: 2000,
    })
    const load = await pacer.prepare(plan, {...quiet, onSecond: (second) => seconds.push(second)})
    onTestFinished(() => load.close())
    const seconds: LoadSecond[] = []
    // Begun 1.6 s late: what was due first has no 700 ms left, what is due later has all of its time.
    await load.run(Date.now() - 1600)
    const slow = sumOf(seconds, 'slow')
    expect(slow.sent).toBe(25)
    expect(slow.failed['timeout']).toBeGreaterThanOrEqual(3)
    expect(slow.answered['200']).toBeGreaterThanOrEqual(5)
    expect(slow.latencyUs.maxValue / 1000).toBeGreaterThan(1500)
    expect(seconds[0]?.health.latenessMs?.max).toBeGreaterThan(1500)
  })

  it('lets a request have its own timeout', async () => {
    const server = await startServer()
    const plan = planOf({
      endpoints: {edge: server.url},
      requests: [
        {name: 'patient', path: '/slow', timeoutMs: 10_000},
        {name: 'hasty', path: '/slow'},
      ],
      rates: constantRate(40, 500),
      timeoutMs: 300,
    })
    const {seconds} = await runLoad(pacer, plan)
    const [patient, hasty] = [sumOf(seconds, 'patient'), sumOf(seconds, 'hasty')]
    expect(patient.answered).toEqual({200: patient.sent})
    expect(hasty.failed).toEqual({timeout: hasty.sent})
  })

  it('fails, and does not hang, when its thread breaks down before the run', async () => {
    const plan = planOf({
      endpoints: {edge: 'http://127.0.0.1:9'},
      requests: [{name: 'ok'}],
      rates: constantRate(1, 1),
    })
    // Not a plan any more: only the thread looks at the rates.
    const broken = {...plan, streams: [{name: 'load', rates: [null]}]} as unknown as typeof plan
    await expect(pacer.prepare(broken, quiet)).rejects.toThrow(EnvironmentError)
  })

  it('fails, and does not hang, when its thread breaks down during the run', async () => {
    const server = await startServer()
    const plan = planOf({
      endpoints: {edge: server.url},
      requests: [{name: 'ok'}],
      rates: constantRate(10, 3000),
    })
    // Headers that are none: nobody looks at them before the first request of this log is sent.
    const headers = null as unknown as Record<string, string>
    const entries = [{atMs: 500, name: 'ok', method: 'GET', path: '/ok', headers}]
    const profile = {kind: 'replay' as const, perSecond: [1], speed: 1}
    const replay = {path: 'access.log', speed: 1, entries}
    plan.scenario.load.streams = [{name: 'load', profile, requests: [], replay}]
    const load = await pacer.prepare(plan, quiet)
    onTestFinished(() => load.close())
    const failure = await load.run(Date.now()).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(EnvironmentError)
    expect(String(failure)).toMatch(/broke down/)
    await load.stop(1000)
  })

  it('fails when it is closed while it runs', async () => {
    const plan = planOf({
      endpoints: {edge: 'http://127.0.0.1:9'},
      requests: [{name: 'ok'}],
      rates: constantRate(1, 60_000),
    })
    const load = await pacer.prepare(plan, quiet)
    const failure = load.run(Date.now()).catch((error: unknown) => error)
    await load.close()
    expect(String(await failure)).toMatch(/was closed/)
  })
})

describe('the registry of engines', () => {
  it('loads an engine by name, and names the others when there is none', async () => {
    expect(await loadEngine('pacer')).toBe(pacer)
    const failure = await loadEngine('toString').catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(UserError)
  })
})
