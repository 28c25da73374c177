import {monitorEventLoopDelay} from 'node:perf_hooks'
import {setTimeout as delay} from 'node:timers/promises'
import {expect, it, onTestFinished} from 'vitest'
import type {Engine, LoadSecond} from '../../src/engines/engine.js'
import {planOf} from '../fakes/engine-plan.js'
import {runLoad, sumOf} from '../fakes/engine-run.js'
import type {EngineServer} from '../fakes/engine-server.js'
import {amountFor, type EngineTraits} from './engine.js'

/** The value below which this share of them lies. */
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0

/**
 * How long this thread was held up at worst since the call. The server runs on it: while it is held up, requests wait
 * where it cannot see them, and its own times are too short by as much.
 */
const watchHoldUps = (): (() => number) => {
  const resolutionMs = 10
  const delays = monitorEventLoopDelay({resolution: resolutionMs})
  delays.enable()
  onTestFinished(() => {
    delays.disable()
  })
  return () => Math.max(0, delays.max / 1e6 - resolutionMs)
}

/** How late an engine says that it was itself, at sending or at reading answers: what it owns up to is no wrong number. */
const ownedUp = (seconds: readonly LoadSecond[]): number =>
  Math.max(...seconds.map(({health}) => (health.latenessMs?.p99 ?? 0) + (health.loopDelayMs?.max ?? 0)))

/** What an engine says about latency must be what the server knows. */
export const engineLatency = (
  engine: Engine,
  server: () => EngineServer,
  {share, ms: noiseMs}: EngineTraits['tolerance'],
): void => {
  const expectNear = (ms: number, trueMs: number, heldUpMs: number, what: string): void =>
    expect(Math.abs(ms - trueMs), `${what}: ${ms} ms, in truth ${trueMs} ms`).toBeLessThanOrEqual(
      Math.max(share * trueMs, noiseMs + 2 * heldUpMs),
    )

  it('measures a server that answers slower and slower', async () => {
    const heldUpMs = watchHoldUps()
    const amount = amountFor(engine, 1000, {perSecond: 80, connections: 8})
    const plan = planOf({
      endpoints: {edge: server().url},
      requests: [{name: 'slower', path: '/slower'}],
      ...amount,
    })
    const {seconds} = await runLoad(engine, plan)
    const {latencyUs, answered, sent} = sumOf(seconds, 'slower')
    const noise = (): number => heldUpMs() + ownedUp(seconds)
    expect(answered).toEqual({200: sent})
    const truth = server().tookMs('/slower')
    expect(quantile(truth, 0.99)).toBeGreaterThan(100)
    for (const q of [0.5, 0.9, 0.99])
      expectNear(latencyUs.getValueAtPercentile(q * 100) / 1000, quantile(truth, q), noise(), `quantile ${q}`)
  })

  it('sees all of a stall of two seconds', async () => {
    const heldUpMs = watchHoldUps()
    const amount = amountFor(engine, 3200, {perSecond: 100, connections: 10})
    const plan = planOf({
      endpoints: {edge: server().url},
      requests: [{name: 'stall', path: '/stall'}],
      ...amount,
    })
    const {seconds} = await runLoad(engine, plan, async (_load, startAtMs) => {
      await delay(startAtMs + 800 - Date.now())
      server().stallUntil(startAtMs + 2800)
    })
    const {latencyUs, sent, answered} = sumOf(seconds, 'stall')
    expect(answered).toEqual({200: sent})
    if (engine.loop === 'closed') {
      // One request of each connection waits for all of it, and no other is sent: that is what closed loops leave out.
      expectNear(latencyUs.maxValue / 1000, 2000, heldUpMs() + ownedUp(seconds), 'largest')
      expect(latencyUs.totalCount * (1 - shareBelow(latencyUs, 1_500_000))).toBeCloseTo(10, 0)
      return
    }
    expect(sent).toBe(320)
    const noise = (): number => heldUpMs() + ownedUp(seconds)
    // The 200 requests due in the two stalled seconds wait 2000, 1990, … 10 ms: latency above x ms has the share
    // (2000 - x) / 3200, so the q-quantile is 3200 q - 1200 ms above three eighths, and next to nothing below.
    for (const q of [0.6, 0.75, 0.9, 0.99])
      expectNear(latencyUs.getValueAtPercentile(q * 100) / 1000, 3200 * q - 1200, noise(), `quantile ${q}`)
    expect(latencyUs.getValueAtPercentile(30) / 1000).toBeLessThan(2 * (noiseMs + noise()))
    // In the closed loop of a few connections the stalled seconds would have seen a few sends.
    expect(server().mostAtWork()).toBeGreaterThan(160)
  })
}

/** Share of the values at or below this one. */
const shareBelow = (
  histogram: {totalCount: number; getValueAtPercentile(p: number): number},
  value: number,
) => {
  let count = 0
  for (; count < histogram.totalCount; count++) {
    if (
      histogram.getValueAtPercentile((100 * (histogram.totalCount - count)) / histogram.totalCount) <= value
    )
      break
  }
  return 1 - count / histogram.totalCount
}
