import {Agent} from 'undici'
import {afterEach, expect, it} from 'vitest'
import {ScrapeLoop, type TargetHealth} from '../../src/metrics/scrape-loop.js'
import {MetricStore} from '../../src/metrics/store.js'
import {systemClock} from '../../src/system/clock.js'
import {type Exporter, startExporter} from '../fakes/metrics-exporter.js'

let exporter: Exporter

afterEach(async () => {
  await exporter.close()
})

/** What is known of a target after its first scrape. */
const scraped = async (page: () => string): Promise<TargetHealth> => {
  exporter = await startExporter(page)
  const dispatcher = new Agent()
  const target = {url: exporter.url, labels: {job: 'shop', instance: 'one'}}
  const context = {
    intervalMs: 500,
    store: new MetricStore(),
    clock: systemClock,
    dispatcher,
    timeoutMs: 20_000,
  }
  const loop = new ScrapeLoop(target, context)
  const run = loop.run()
  while (loop.health.up === undefined) await systemClock.sleep(10)
  const {health} = loop
  loop.stop()
  await run
  await dispatcher.destroy()
  return health
}

const newest =
  (offsetMs: number, round = (ms: number) => ms) =>
  (): string => {
    const nowMs = Math.round(systemClock.now()) + offsetMs
    return `a_total 1 ${round(nowMs - 60_000)}\nb_total 2 ${round(nowMs)}\nc_total 3\n`
  }

it.each([30_000, 0, -30_000])(
  'reads how far a target that dates its samples is ahead: %d ms',
  async (offset) => {
    const {dated} = await scraped(newest(offset))
    expect(dated?.dated).toBe(true)
    expect(Math.abs((dated?.aheadMs ?? Number.NaN) - offset)).toBeLessThanOrEqual((dated?.withinMs ?? 0) + 2)
  },
)

it('knows that a whole second may be up to a second old', async () => {
  const {dated} = await scraped(newest(0, (ms) => Math.floor(ms / 1000) * 1000))
  expect(dated?.withinMs).toBeGreaterThanOrEqual(500)
  expect(Math.abs(dated?.aheadMs ?? Number.NaN)).toBeLessThanOrEqual((dated?.withinMs ?? 0) + 2)
})

it('has no clock to read where nothing is dated', async () => {
  expect((await scraped(() => 'a_total 1\n')).dated).toBeUndefined()
})
