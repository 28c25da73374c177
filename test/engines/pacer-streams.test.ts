import {describe, expect, it, onTestFinished} from 'vitest'
import pacer from '../../src/engines/pacer.js'
import type {Plan} from '../../src/plan/plan.js'
import type {LoadStream} from '../../src/scenarios/scenario.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {isBalanced, runLoad, sumOf} from '../fakes/engine-run.js'
import {startEngineServer} from '../fakes/engine-server.js'

const startServer = async () => {
  const server = await startEngineServer()
  onTestFinished(() => server.close())
  return server
}

/** Streams of one request each, at their own rates, for a second. */
const planOfStreams = (url: string, streams: {name: string; rate: number; poisson?: true}[]): Plan => {
  const sum = streams.reduce((total, {rate}) => total + rate, 0)
  const plan = planOf({endpoints: {edge: url}, requests: [{name: 'unused'}], rates: constantRate(sum, 1000)})
  plan.scenario.load.streams = streams.map(({name, rate, poisson}): LoadStream => {
    const request = {
      name,
      weight: 1,
      method: 'GET',
      path: `/ok?${name}-{{sequence}}-{{random 1 1000000}}`,
      headers: {},
    }
    const profile = {kind: 'constant', ratePerSecond: rate} as const
    return {name, profile, requests: [request], ...(poisson && {poisson})}
  })
  plan.streams = streams.map(({name, rate}) => ({name, rates: constantRate(rate, 1000)}))
  return plan
}

describe('several streams', () => {
  it('have their own rates, and no number twice', async () => {
    const server = await startServer()
    const plan = planOfStreams(server.url, [
      {name: 'browse', rate: 90},
      {name: 'buy', rate: 30},
    ])
    const {seconds, totals} = await runLoad(pacer, plan)
    expect([sumOf(seconds, 'browse').sent, sumOf(seconds, 'buy').sent]).toEqual([90, 30])
    expect(totals).toMatchObject({due: 120, answered: 120})
    expect(seconds[0]?.arrivals).toBe(120)
    const numbers = server.seen.map(({url}) => url.split('-')[1])
    expect(new Set(numbers).size).toBe(120)
  })

  it('may arrive at random, the same for the same seed', async () => {
    const run = async (seed: number): Promise<string[]> => {
      const server = await startServer()
      const plan = {...planOfStreams(server.url, [{name: 'browse', rate: 100, poisson: true}]), seed}
      const {totals} = await runLoad(pacer, plan)
      // Five standard deviations of a count with mean 100.
      expect(Math.abs(totals.sent - 100)).toBeLessThan(50)
      return server.seen.map(({url}) => url).sort()
    }
    const first = await run(1)
    expect(await run(1)).toEqual(first)
    expect(await run(2)).not.toEqual(first)
  })
})

describe('several threads', () => {
  it('send together what one would send, and report as one', async () => {
    const sent = async (threads: number): Promise<string[]> => {
      const server = await startServer()
      const plan = planOfStreams(server.url, [
        {name: 'browse', rate: 101},
        {name: 'buy', rate: 20, poisson: true},
      ])
      plan.scenario.load.threads = threads
      const {seconds, lives, totals} = await runLoad(pacer, plan)
      expect(seconds).toHaveLength(1)
      expect(seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
      expect(seconds[0]?.arrivals).toBe(totals.due)
      expect(totals.answered).toBe(totals.due)
      expect(sumOf(seconds, 'browse').due).toBe(101)
      const {health} = seconds[0] ?? {}
      expect(health?.latenessMs?.max).toBeGreaterThan(0)
      expect(health?.processCpu).toBeGreaterThan(0)
      expect(lives[0]?.offeredPerSecond).toBe(totals.due)
      return server.seen.map(({url}) => url).sort()
    }
    expect(await sent(3)).toEqual(await sent(1))
  })

  it('share the limit of requests in flight', async () => {
    const server = await startServer()
    const plan = planOf({
      endpoints: {edge: server.url},
      requests: [{name: 'hang', path: '/hang'}],
      rates: constantRate(60, 1000),
      timeoutMs: 3000,
      maxInFlight: 7,
    })
    plan.scenario.load.threads = 3
    const {totals} = await runLoad(pacer, plan)
    expect(totals).toEqual({due: 60, sent: 7, skipped: 53, answered: 0, failed: 7})
    expect(server.mostAtWork()).toBe(7)
  })

  it('stop together, with every second told', async () => {
    const server = await startServer()
    const plan = planOfStreams(server.url, [{name: 'browse', rate: 100}])
    plan.scenario.load.threads = 2
    const {totals, seconds} = await runLoad(pacer, plan, async (load, startAtMs) => {
      await new Promise((resolve) => setTimeout(resolve, startAtMs + 200 - Date.now()))
      await load.stop(1000)
    })
    expect(totals.due).toBeGreaterThan(5)
    expect(totals.due).toBeLessThan(100)
    expect(sumOf(seconds, 'browse').due).toBe(totals.due)
  })
})
