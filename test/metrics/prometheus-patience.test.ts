import {afterEach, expect, it} from 'vitest'
import {connectPrometheus} from '../../src/metrics/prometheus.js'
import type {MetricSource} from '../../src/metrics/source.js'
import {failure, matrix, startFakePrometheus, success} from '../fakes/metrics-prometheus.js'
import {jumpingClock} from '../fakes/run-clock.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** For how long samples are asked for that a busy server does not hand out. */
const patienceOf = async (ask: (source: MetricSource) => Promise<unknown> | undefined): Promise<number> => {
  const clock = jumpingClock()
  const fake = await startFakePrometheus(({path, query}, response) => {
    if (path.endsWith('/buildinfo')) success(response, {version: '3.5.0'})
    else if (query === 'up[5m]') success(response, matrix(1000, 1500, 2000))
    else if (query === 'time()')
      success(response, {resultType: 'scalar', result: [0, String(clock.now() / 1000)]})
    else failure(response, 503, 'unavailable', 'starting up')
  })
  closers.push(fake.close)
  const source = await connectPrometheus({url: fake.url, clock})
  closers.push(source.close)
  const fromMs = clock.now()
  await expect(ask(source)).rejects.toThrow(/starting up/)
  return clock.now() - fromMs
}

it('samples that would be lost are waited for', async () => {
  expect(await patienceOf((source) => source.samples('a', 0, 1000))).toBeGreaterThan(50_000)
})

it('samples that are asked for again soon are not', async () => {
  expect(await patienceOf((source) => source.samplesNow?.('a', 0, 1000))).toBeLessThanOrEqual(5_000)
})
