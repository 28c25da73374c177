import {describe, expect, it} from 'vitest'
import type {Engine, FailureKind} from '../../src/engines/engine.js'
import {UserError} from '../../src/errors.js'
import {constantRate, type PlanSketch, planOf} from '../fakes/engine-plan.js'
import {isBalanced, runLoad, type SummedRequest, sumOf} from '../fakes/engine-run.js'
import {useEngineServer} from '../fakes/engine-server.js'
import {engineEnds} from './engine-ends.js'
import {engineLatency} from './engine-latency.js'

/** In what an engine may differ from the others and still keep the contract. */
export interface EngineTraits {
  /** How far its latencies may be from the truth: the larger of a share and of ms for the noise of the machine. */
  tolerance: {share: number; ms: number}
  /** Kinds of failure that it cannot tell apart: for each path of the test server, the kinds it may say. */
  kinds: Record<string, FailureKind[]>
  /** It sends a request again by itself when a kept connection was closed: the server sees more than it counts. */
  retries: boolean
  /** A stop waits for what is in flight; without it, what is in flight is given up. */
  drains: boolean
  /** It keeps a connection for each of its users, however many would do. */
  hoardsConnections: boolean
}

/** Each path of the test server, and how requests to it must be booked. */
const endings: {path: string; answered?: string; failed?: FailureKind}[] = [
  {path: '/ok', answered: '200'},
  {path: '/created', answered: '201'},
  {path: '/error', answered: '500'},
  {path: '/slow', answered: '200'},
  {path: '/close', failed: 'closed'},
  {path: '/cut', failed: 'closed'},
  {path: '/cut-chunked', failed: 'closed'},
  {path: '/until-end', answered: '200'},
  {path: '/reset', failed: 'reset'},
  {path: '/hang', failed: 'timeout'},
]

const exact: EngineTraits = {
  tolerance: {share: 0.05, ms: 30},
  kinds: {},
  retries: false,
  drains: true,
  hoardsConnections: false,
}

/** So much load: at a rate in an open loop, over so many connections in a closed one. */
export const amountFor = (
  engine: Engine,
  durationMs: number,
  {perSecond, connections}: {perSecond: number; connections: number},
): Pick<PlanSketch, 'rates' | 'loop'> =>
  engine.loop === 'open' ? {rates: constantRate(perSecond, durationMs)} : {loop: {connections, durationMs}}

/** What every engine must do, open loop or closed. */
export const engineContract = (name: string, engine: Engine, traits: Partial<EngineTraits> = {}): void => {
  const {tolerance, kinds, retries, drains, hoardsConnections} = {...exact, ...traits}
  describe(`${name} keeps the engine contract:`, () => {
    const server = useEngineServer()

    const bookedAs = (path: string, sum: SummedRequest, failed: FailureKind | undefined): void => {
      const allowed = kinds[path] ?? (failed ? [failed] : [])
      expect(Object.keys(sum.failed), path).toEqual(
        failed ? [expect.toBeOneOf(allowed)].slice(0, Object.keys(sum.failed).length) : [],
      )
    }

    it('books every way in which a request can end, and each request once', async () => {
      const amount = amountFor(engine, 1200, {perSecond: 150, connections: 40})
      const requests = endings.map(({path}) => ({name: path, path, weight: path === '/hang' ? 0.5 : 1}))
      const plan = planOf({endpoints: {edge: server().url}, requests, ...amount, timeoutMs: 3000})
      const {seconds, totals} = await runLoad(engine, plan)

      for (const {path, answered, failed} of endings) {
        const sum = sumOf(seconds, path)
        expect(sum.sent, path).toBeGreaterThan(3)
        expect(sum.answered, path).toEqual(answered ? {[answered]: sum.sent} : {})
        bookedAs(path, sum, failed)
        const seen = server().seen.filter(({url}) => url === path).length
        if (!retries) expect(seen, path).toBe(sum.sent)
      }
      if (engine.loop === 'open') expect(totals.due).toBe(180)
      expect(totals.due).toBe(totals.sent + totals.skipped)
      expect(totals.sent).toBe(totals.answered + totals.failed)
      expect(seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
    })

    it('counts refused connections, and makes no storm of them', async () => {
      const amount = amountFor(engine, 1000, {perSecond: 50, connections: 5})
      const plan = planOf({endpoints: {edge: server().closedUrl}, requests: [{name: 'refused'}], ...amount})
      const {seconds, totals} = await runLoad(engine, plan)
      const {failed, sent} = sumOf(seconds, 'refused')
      expect(failed).toEqual({refused: sent})
      expect(totals).toMatchObject({sent, answered: 0, failed: sent})
      expect(sent).toBeGreaterThanOrEqual(5)
      expect(sent).toBeLessThanOrEqual(100)
    })

    it('reports every second of the plan in order', async () => {
      const amount = amountFor(engine, 2100, {perSecond: 20, connections: 2})
      const plan = planOf({
        endpoints: {edge: server().url},
        requests: [{name: 'slower', path: '/slower'}],
        ...amount,
      })
      const {seconds, startAtMs} = await runLoad(engine, plan)
      expect(seconds.map(({startMs}) => startMs - startAtMs)).toEqual([0, 1000, 2000])
      if (engine.loop === 'open')
        expect(seconds.map(({requests}) => requests['slower']?.due)).toEqual([20, 20, 2])
      for (const {health} of seconds) {
        expect(health.cpu).toBeGreaterThan(0)
        expect(health.cpu).toBeLessThan(3)
        if (engine.loop === 'closed') expect(health.latenessMs).toBeUndefined()
      }
    })

    it('keeps connections alive', async () => {
      const amount = amountFor(engine, 1000, {perSecond: 100, connections: 4})
      const plan = planOf({endpoints: {edge: server().url}, requests: [{name: 'ok', path: '/ok'}], ...amount})
      const {totals} = await runLoad(engine, plan)
      expect(totals.answered).toBe(totals.due)
      expect(totals.answered).toBeGreaterThanOrEqual(100)
      if (hoardsConnections) return
      // A slow moment of the machine may need many at once, but never one for each request.
      expect(server().connections()).toBeLessThanOrEqual(engine.loop === 'open' ? 90 : 4)
    })

    it('names an unknown endpoint before anything is sent', async () => {
      const amount = amountFor(engine, 1000, {perSecond: 1, connections: 1})
      const requests = [{name: 'ok', endpoint: 'nowhere'}]
      const plan = planOf({endpoints: {edge: server().url}, requests, ...amount})
      const options = {signal: new AbortController().signal, onSecond: () => {}}
      const failure = await engine.prepare(plan, options).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(UserError)
      expect(String(failure)).toMatch(/nowhere.*edge/)
      expect(server().seen).toEqual([])
    })

    engineLatency(engine, server, tolerance)
    engineEnds(engine, server, drains)
  })
}
