import {setTimeout as delay} from 'node:timers/promises'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {Engine} from '../../src/engines/engine.js'
import {UserError} from '../../src/errors.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {isBalanced, runLoad, sumOf} from '../fakes/engine-run.js'
import {type EngineServer, startEngineServer} from '../fakes/engine-server.js'

/** Each path of the test server, and how requests to it must be booked. */
const endings = [
  {path: '/ok', answered: '200'},
  {path: '/created', answered: '201'},
  {path: '/error', answered: '500'},
  {path: '/slow', answered: '200'},
  {path: '/close', failed: 'closed'},
  {path: '/cut', failed: 'closed'},
  {path: '/cut-chunked', failed: 'closed'},
  {path: '/reset', failed: 'reset'},
  {path: '/hang', failed: 'timeout'},
]

/** What every open-loop engine must do. */
export const engineContract = (name: string, engine: Engine): void => {
  describe(`${name} keeps the engine contract:`, () => {
    let server: EngineServer

    beforeEach(async () => {
      server = await startEngineServer()
    })
    afterEach(() => server.close())

    it('books every way in which a request can end, and each request once', async () => {
      const requests = endings.map(({path}) => ({name: path, path, weight: 1}))
      const plan = planOf({
        endpoints: {edge: server.url, closed: server.closedUrl},
        requests: [...requests, {name: 'refused', endpoint: 'closed'}],
        rates: constantRate(150, 2000),
        timeoutMs: 1500,
      })
      const {seconds, totals} = await runLoad(engine, plan)

      for (const {path, answered, failed} of endings) {
        const sum = sumOf(seconds, path)
        expect(sum.sent, path).toBeGreaterThan(5)
        expect(sum.answered, path).toEqual(answered ? {[answered]: sum.sent} : {})
        expect(sum.failed, path).toEqual(failed ? {[failed]: sum.sent} : {})
      }
      const refused = sumOf(seconds, 'refused')
      expect(refused.failed).toEqual({refused: refused.sent})

      expect(totals.due).toBe(300)
      expect(totals.due).toBe(totals.sent + totals.skipped)
      expect(totals.sent).toBe(totals.answered + totals.failed)
      expect(seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
    })

    it('reports every second of the plan in order, also those without load', async () => {
      const plan = planOf({
        endpoints: {edge: server.url},
        requests: [{name: 'ok', path: '/ok'}],
        rates: [
          ...constantRate(20, 1000),
          {startMs: 1000, endMs: 2000, fromPerSecond: 0, toPerSecond: 0},
          {startMs: 2000, endMs: 2500, fromPerSecond: 20, toPerSecond: 20},
        ],
      })
      const {seconds, startAtMs} = await runLoad(engine, plan)
      expect(seconds.map(({startMs}) => startMs - startAtMs)).toEqual([0, 1000, 2000])
      expect(seconds.map(({requests}) => requests['ok']?.due)).toEqual([20, 0, 10])
    })

    it('goes on sending while the target stalls, and counts the wait from the intended time', async () => {
      const plan = planOf({
        endpoints: {edge: server.url},
        requests: [{name: 'stall', path: '/stall'}],
        rates: constantRate(100, 3000),
      })
      const {seconds} = await runLoad(engine, plan, async (_load, startAtMs) => {
        await delay(startAtMs + 1000 - Date.now())
        server.stallUntil(startAtMs + 2000)
      })
      const {latencyUs, sent} = sumOf(seconds, 'stall')
      expect(sent).toBe(300)
      // Of 300 requests, the 100 sent in the stalled second wait 1000, 990, … 10 ms: latency above x ms has the share
      // (1000 - x) / 3000, so the q-quantile is 3000 q - 2000 ms above two thirds, and next to nothing below.
      for (const q of [0.75, 0.9, 0.95, 0.99]) {
        const trueMs = 3000 * q - 2000
        const ms = latencyUs.getValueAtPercentile(q * 100) / 1000
        expect(Math.abs(ms - trueMs), `quantile ${q}: ${ms} ms`).toBeLessThan(0.1 * trueMs + 25)
      }
      expect(latencyUs.getValueAtPercentile(50) / 1000).toBeLessThan(60)
      // In the closed loop of a few connections the stalled second would have seen a few sends.
      expect(server.mostAtWork()).toBeGreaterThan(80)
    })

    it('skips and counts what exceeds the limit of requests in flight', async () => {
      const plan = planOf({
        endpoints: {edge: server.url},
        requests: [{name: 'hang', path: '/hang'}],
        rates: constantRate(100, 1000),
        timeoutMs: 1500,
        maxInFlight: 7,
      })
      const {seconds, totals} = await runLoad(engine, plan)
      expect(totals).toEqual({due: 100, sent: 7, skipped: 93, answered: 0, failed: 7})
      expect(sumOf(seconds, 'hang')).toMatchObject({due: 100, sent: 7, skipped: 93, failed: {timeout: 7}})
      expect(server.mostAtWork()).toBe(7)
    })

    it('keeps connections alive and opens them as needed', async () => {
      const plan = planOf({
        endpoints: {edge: server.url},
        requests: [{name: 'ok', path: '/ok'}],
        rates: constantRate(100, 1500),
      })
      const {totals} = await runLoad(engine, plan)
      expect(totals.answered).toBe(150)
      // A slow moment of the machine may need many at once, but never one for each request.
      expect(server.connections()).toBeLessThan(75)
    })

    it('stops sending, waits for what is in flight, and gives up the rest after the grace', async () => {
      const plan = planOf({
        endpoints: {edge: server.url},
        requests: [
          {name: 'slow', path: '/slow'},
          {name: 'hang', path: '/hang'},
        ],
        rates: constantRate(50, 60_000),
        timeoutMs: 30_000,
      })
      const {seconds, totals} = await runLoad(engine, plan, async (load, startAtMs) => {
        await delay(startAtMs + 1200 - Date.now())
        await Promise.all([load.stop(2000), load.stop(2000)])
        await load.stop(0)
      })
      expect(totals.due).toBeGreaterThan(40)
      expect(totals.due).toBeLessThan(200)
      expect(totals.sent).toBe(totals.answered + totals.failed)
      const slow = sumOf(seconds, 'slow')
      expect(slow.answered).toEqual({200: slow.sent})
      const hang = sumOf(seconds, 'hang')
      expect(hang.failed).toEqual({aborted: hang.sent})
    })

    it('stops at once when the signal aborts', async () => {
      const controller = new AbortController()
      const plan = planOf({
        endpoints: {edge: server.url},
        requests: [{name: 'hang', path: '/hang'}],
        rates: constantRate(50, 60_000),
        timeoutMs: 60_000,
      })
      const before = Date.now()
      const {totals} = await runLoad(
        engine,
        plan,
        async () => {
          await delay(500)
          controller.abort(new Error('enough'))
        },
        controller.signal,
      )
      expect(Date.now() - before).toBeLessThan(10_000)
      expect(totals.sent).toBeGreaterThan(0)
      expect(totals.failed).toBe(totals.sent)
    })

    it('sends nothing when it was stopped before it ran', async () => {
      const plan = planOf({
        endpoints: {edge: server.url},
        requests: [{name: 'ok', path: '/ok'}],
        rates: constantRate(50, 1000),
      })
      const load = await engine.prepare(plan, {signal: new AbortController().signal, onSecond: () => {}})
      await load.stop(1000)
      expect(await load.run(Date.now())).toEqual({due: 0, sent: 0, skipped: 0, answered: 0, failed: 0})
      await load.close()
      await load.close()
      expect(server.seen).toEqual([])
    })

    it('does not prepare after the signal aborted', async () => {
      const plan = planOf({
        endpoints: {edge: server.url},
        requests: [{name: 'ok'}],
        rates: constantRate(1, 1000),
      })
      const options = {signal: AbortSignal.abort(new Error('too late')), onSecond: () => {}}
      await expect(engine.prepare(plan, options)).rejects.toThrow('too late')
    })

    it('names an unknown endpoint before anything is sent', async () => {
      const plan = planOf({
        endpoints: {edge: server.url},
        requests: [{name: 'ok', endpoint: 'nowhere'}],
        rates: constantRate(1, 1000),
      })
      const options = {signal: new AbortController().signal, onSecond: () => {}}
      const failure = await engine.prepare(plan, options).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(UserError)
      expect(String(failure)).toMatch(/nowhere.*edge/)
    })
  })
}
