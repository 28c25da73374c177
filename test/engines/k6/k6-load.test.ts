import {afterEach, beforeEach, expect, it, vi} from 'vitest'
import type {ProgramEnd} from '../../../src/clients/child-process.js'
import {K6Load} from '../../../src/engines/k6/k6-load.js'
import {createLog} from '../../../src/engines/k6/log.js'
import type {Sample} from '../../../src/engines/k6/samples.js'
import {constantRate, planOf} from '../../fakes/engine-plan.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const plan = planOf({
  endpoints: {shop: 'http://shop.test'},
  requests: [{name: 'browse'}],
  rates: constantRate(10, 5000),
  timeoutMs: 1000,
})

/** A k6 that ends when `endsBy` comes, and no sooner; the load that it makes. */
const loadOf = (endsBy: 'SIGTERM' | 'SIGKILL') => {
  const signals: string[] = []
  let end = (_end: ProgramEnd): void => {}
  const ended = new Promise<ProgramEnd>((resolve) => {
    end = resolve
  })
  const k6 = {
    log: createLog(),
    ended,
    cpu: () => 0,
    signal: (name: 'SIGTERM' | 'SIGKILL') => {
      signals.push(name)
      if (name === endsBy) end(name === 'SIGKILL' ? {code: null, signal: name} : {code: 105, signal: null})
    },
  }
  const gate = {url: '', reached: Promise.resolve(), open: () => {}, close: async () => {}}
  const job = {script: '', env: {}, thresholds: [], summary: async () => undefined}
  let tell = (_sample: Sample): void => {}
  const options = {signal: new AbortController().signal, onSecond: () => {}}
  const load = new K6Load(plan, {gate, job, k6}, options, (hear) => {
    tell = hear
  })
  return {load, signals, tell: (sample: Sample) => tell(sample)}
}

it('is told once to stop, and what was in flight has failed', async () => {
  const {load, signals, tell} = loadOf('SIGTERM')
  const startAtMs = Date.now() + 100
  const running = load.run(startAtMs)
  await vi.advanceTimersByTimeAsync(400)
  for (const n of [0, 1, 2])
    tell({kind: 'started', scenario: 'load', n, name: 'browse', atMs: startAtMs + n * 100})
  load.stop(2000)
  load.stop(0)
  expect(await running).toEqual({due: 3, sent: 3, skipped: 0, answered: 0, failed: 3})
  expect(signals).toEqual(['SIGTERM'])
})

it('is killed when it does not end within its grace', async () => {
  const {load, signals} = loadOf('SIGKILL')
  const running = load.run(Date.now() + 100)
  await vi.advanceTimersByTimeAsync(400)
  load.stop(2000)
  await vi.advanceTimersByTimeAsync(16_900)
  expect(signals).toEqual(['SIGTERM'])
  await vi.advanceTimersByTimeAsync(200)
  expect(signals).toEqual(['SIGTERM', 'SIGKILL'])
  expect(await running).toMatchObject({sent: 0})
})

it('is stopped when it goes on after its plan, which is an error', async () => {
  const {load, signals} = loadOf('SIGTERM')
  const running = load.run(Date.now() + 100)
  const failure = expect(running).rejects.toThrow(/did not end when its load was over/)
  await vi.advanceTimersByTimeAsync(5000 + 1000 + 15_000 + 200)
  await failure
  expect(signals).toEqual(['SIGTERM'])
})
