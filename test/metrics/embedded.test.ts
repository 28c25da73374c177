import {afterEach, describe, expect, it} from 'vitest'
import {type EmbeddedSource, startEmbeddedSource} from '../../src/metrics/embedded.js'
import {systemClock} from '../../src/system/clock.js'
import {type Exporter, startExporter} from '../fakes/metrics-exporter.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const started = async (
  options: Partial<Parameters<typeof startEmbeddedSource>[0]> = {},
): Promise<{source: EmbeddedSource; target: Exporter}> => {
  const target = await startExporter('a_total 1\n')
  closers.push(target.close)
  const targets = [{url: target.url, labels: {job: 'edge', instance: 'one'}}]
  const source = await startEmbeddedSource({targets, intervalMs: 400, ...options})
  closers.push(source.close)
  return {source, target}
}

describe('startEmbeddedSource', () => {
  it('describes itself', async () => {
    const {source} = await started()
    expect(await source.describe()).toBe('embedded, every 400 ms')
  })

  it('keeps the clock of the main thread', async () => {
    const {source} = await started()
    const beforeMs = systemClock.now()
    await source.caughtUp(beforeMs)
    const [series] = await source.samples('up', beforeMs, systemClock.now())
    expect(series?.t.length).toBeGreaterThan(0)
  })

  it('shows where an expression is wrong', async () => {
    const {source} = await started()
    await expect(source.query('sum(up) by job', 0)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/sum\(up\) by job\n +\^/),
      hint: expect.stringContaining('column'),
    })
    await expect(source.samples('rate(up[5m])', 0, 1)).rejects.toMatchObject({name: 'UserError'})
  })

  it('says why a target is down, and changes targets while running', async () => {
    const {source, target} = await started()
    target.answer((_, response) => void response.writeHead(500).end())
    await source.caughtUp(systemClock.now())
    expect(await source.targets()).toMatchObject([{up: false, reason: 'answered with status 500'}])
    await source.setTargets([])
    expect(await source.targets()).toEqual([])
  })

  it('stays within its memory, and says so once', async () => {
    const warnings: string[] = []
    const body = Array.from({length: 200}, (_, index) => `a{i="${index}"} 1\n`).join('')
    const {source, target} = await started({maxSamples: 500, onWarning: (message) => warnings.push(message)})
    target.expose(body)
    for (let count = 0; count < 5; count++) await source.caughtUp(systemClock.now())
    expect(await source.totals()).toMatchObject({
      samples: expect.toSatisfy((samples: number) => samples <= 500),
    })
    expect(warnings).toHaveLength(1)
    const {warnings: doubts} = await source.query('count_over_time(up[1h])', systemClock.now())
    expect(doubts).toEqual([expect.stringContaining('forgotten')])
  })

  it('hands out all that was scraped, a window at a time', async () => {
    const {source} = await started()
    const fromMs = systemClock.now()
    await source.caughtUp(fromMs)
    const middleMs = systemClock.now()
    await source.caughtUp(middleMs)
    const toMs = systemClock.now()
    const names = (await source.all(fromMs, toMs)).map(({labels}) => labels['__name__'])
    expect(names.sort()).toEqual(['a_total', 'scrape_duration_seconds', 'scrape_samples_scraped', 'up'])
    const count = async (from: number, to: number) =>
      (await source.all(from, to)).reduce((sum, {t}) => sum + t.length, 0)
    expect((await count(fromMs, middleMs)) + (await count(middleMs, toMs))).toBe(await count(fromMs, toMs))
  })

  it('leaves what waits when the caller stops waiting', async () => {
    const {source} = await started()
    await expect(source.caughtUp(systemClock.now() + 60_000, AbortSignal.timeout(20))).rejects.toThrow()
    await expect(source.query('up', 0, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    expect((await source.query('1 + 1', 0)).answers).toEqual([{labels: {}, value: 2}])
  })

  it('answers nothing after it was closed, and can be closed twice', async () => {
    const {source} = await started()
    const waiting = expect(source.caughtUp(systemClock.now() + 60_000)).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: 'The metrics thread was closed.',
    })
    await source.close()
    await source.close()
    await waiting
    await expect(source.query('up', 0)).rejects.toMatchObject({name: 'EnvironmentError'})
  })

  it('tells a bug in the thread from a mistake of the user', async () => {
    const {source} = await started()
    // @ts-expect-error: no caller that type-checks can send this
    const broken = source.setTargets([{url: 'http://127.0.0.1:1'}])
    await expect(broken).rejects.toThrow(/^in the metrics thread: TypeError/)
    expect((await source.query('1 + 1', 0)).answers).toEqual([{labels: {}, value: 2}])
  })

  it('refuses an interval that it cannot keep', async () => {
    await expect(startEmbeddedSource({targets: [], intervalMs: 10})).rejects.toMatchObject({
      name: 'UserError',
    })
  })
})
