import {setTimeout as delay} from 'node:timers/promises'
import {expect, it} from 'vitest'
import type {Engine} from '../../src/engines/engine.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {runLoad, sumOf} from '../fakes/engine-run.js'
import type {EngineServer} from '../fakes/engine-server.js'
import {amountFor} from './engine.js'

const quiet = {signal: new AbortController().signal, onSecond: () => {}}

/** How an engine stops, and what it does before and after. */
export const engineEnds = (engine: Engine, server: () => EngineServer, drains: boolean): void => {
  if (engine.loop === 'open') {
    it('skips and counts what exceeds the limit of requests in flight', async () => {
      const plan = planOf({
        endpoints: {edge: server().url},
        requests: [{name: 'hang', path: '/hang'}],
        rates: constantRate(100, 600),
        // Long after the last is due: none is over while others may still be sent.
        timeoutMs: 2_000,
        maxInFlight: 7,
      })
      const {seconds, totals} = await runLoad(engine, plan)
      expect(totals).toEqual({due: 60, sent: 7, skipped: 53, answered: 0, failed: 7})
      expect(sumOf(seconds, 'hang')).toMatchObject({due: 60, sent: 7, skipped: 53, failed: {timeout: 7}})
      expect(server().mostAtWork()).toBe(7)
    })
  }

  it('stops sending, waits for what is in flight, and gives up the rest after the grace', async () => {
    const plan = planOf({
      endpoints: {edge: server().url},
      requests: [
        {name: 'slow', path: '/slow'},
        {name: 'hang', path: '/hang'},
      ],
      ...amountFor(engine, 60_000, {perSecond: 50, connections: 30}),
      timeoutMs: 30_000,
    })
    const {seconds, totals} = await runLoad(engine, plan, async (load, startAtMs) => {
      await delay(startAtMs + 900 - Date.now())
      await Promise.all([load.stop(2500), load.stop(2500)])
      await load.stop(0)
    })
    expect(totals.due).toBeGreaterThanOrEqual(30)
    expect(totals.due).toBeLessThan(200)
    expect(totals.sent).toBe(totals.answered + totals.failed)
    const slow = sumOf(seconds, 'slow')
    if (drains) expect(slow.answered).toEqual({200: slow.sent})
    const hang = sumOf(seconds, 'hang')
    expect(hang.failed).toEqual({aborted: hang.sent})
  })

  it('stops at once when the signal aborts, and books what was in flight', async () => {
    const controller = new AbortController()
    const plan = planOf({
      endpoints: {edge: server().url},
      requests: [{name: 'hang', path: '/hang'}],
      ...amountFor(engine, 60_000, {perSecond: 50, connections: 10}),
      timeoutMs: 60_000,
    })
    const before = Date.now()
    const {totals, seconds, lives} = await runLoad(
      engine,
      plan,
      async (_load, startAtMs) => {
        await delay(startAtMs + 1300 - Date.now())
        controller.abort(new Error('enough'))
      },
      controller.signal,
    )
    expect(Date.now() - before).toBeLessThan(30_000)
    expect(totals.sent).toBeGreaterThan(0)
    expect(totals.failed).toBe(totals.sent)
    // While it hung, all that was sent was in flight.
    expect(seconds[0]?.health.inFlight).toBe(seconds[0]?.requests['hang']?.sent)
    expect(lives[0]).toMatchObject({achievedPerSecond: 0, errorRatio: 0})
    expect(lives[0]?.inFlight).toBe(seconds[0]?.health.inFlight)
  })

  it('sends nothing when it was stopped before it ran', async () => {
    const amount = amountFor(engine, 1000, {perSecond: 50, connections: 5})
    const plan = planOf({endpoints: {edge: server().url}, requests: [{name: 'ok', path: '/ok'}], ...amount})
    const load = await engine.prepare(plan, quiet)
    await load.stop(1000)
    expect(await load.run(Date.now())).toEqual({due: 0, sent: 0, skipped: 0, answered: 0, failed: 0})
    await load.close()
    await load.close()
    expect(server().seen).toEqual([])
  })

  it('does not prepare after the signal aborted', async () => {
    const amount = amountFor(engine, 1000, {perSecond: 1, connections: 1})
    const plan = planOf({endpoints: {edge: server().url}, requests: [{name: 'ok'}], ...amount})
    const options = {...quiet, signal: AbortSignal.abort(new Error('too late'))}
    await expect(engine.prepare(plan, options)).rejects.toThrow('too late')
  })
}
