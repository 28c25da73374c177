import {afterEach, describe, expect, it} from 'vitest'
import {connectPrometheus} from '../../src/metrics/prometheus.js'
import {medianSpacing} from '../../src/metrics/prometheus-interval.js'
import type {MetricSource} from '../../src/metrics/source.js'
import {systemClock} from '../../src/system/clock.js'
import {
  type AskedQuery,
  type FakePrometheus,
  failure,
  matrix,
  startFakePrometheus,
  success,
  vector,
} from '../fakes/metrics-prometheus.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const nothing = {resultType: 'matrix', result: []}
/** Answers by path or expression; `undefined` is an error 404. */
type Script = (asked: AskedQuery) => object | undefined
const server = async (script: Script): Promise<FakePrometheus> => {
  const fake = await startFakePrometheus((asked, response) => {
    const data = script(asked)
    if (data) success(response, data)
    else failure(response, 404, 'not_found', 'no such thing')
  })
  closers.push(fake.close)
  return fake
}

/** What every connection asks first. */
const greeting: Script = ({path, query}) => {
  if (path.endsWith('/buildinfo')) return {version: '3.5.0'}
  if (query === 'up[5m]') return matrix(1000, 1500, 2010, 2500)
  if (query === 'time()') return {resultType: 'scalar', result: [0, String(systemClock.now() / 1000)]}
  return undefined
}
const connected = async (script: Script): Promise<{source: MetricSource; fake: FakePrometheus}> => {
  const fake = await server((asked) => script(asked) ?? greeting(asked))
  const source = await connectPrometheus({url: fake.url.replace('//', '//me:secret@')})
  closers.push(source.close)
  fake.asked.length = 0
  return {source, fake}
}

describe('connectPrometheus', () => {
  it('describes the server without its password', async () => {
    const {source, fake} = await connected(() => undefined)
    expect(await source.describe()).toBe(`${fake.url}, Prometheus 3.5.0`)
    expect(source.kind).toBe('prometheus')
  })

  it('says when the clocks differ', async () => {
    const ahead = () => ({resultType: 'scalar', result: [0, String(systemClock.now() / 1000 + 60)]})
    const {source} = await connected(({query}) => (query === 'time()' ? ahead() : undefined))
    expect(await source.describe()).toMatch(/, its clock (59|60)\.\d s ahead of ours$/)
  })

  it.each<[string, Script, number]>([
    ['the samples of up', () => undefined, 500],
    [
      'the configuration when there are no samples yet',
      ({path, query}) =>
        query === 'up[5m]'
          ? nothing
          : path.endsWith('/config')
            ? {yaml: 'global:\n  scrape_interval: 1m30s\n  scrape_timeout: 10s\n'}
            : undefined,
      90_000,
    ],
    [
      'neither, when the configuration is closed',
      ({query}) => (query === 'up[5m]' ? nothing : undefined),
      15_000,
    ],
  ])('learns the interval from %s', async (_, script, intervalMs) => {
    const {source} = await connected(script)
    expect(source.intervalMs).toBe(intervalMs)
  })

  it('says when nobody answers, and when somebody else does', async () => {
    const fake = await server(() => undefined)
    await expect(connectPrometheus({url: fake.url})).rejects.toMatchObject({name: 'EnvironmentError'})
    await fake.close()
    await expect(connectPrometheus({url: fake.url})).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(/^Prometheus does not answer at /),
    })
  })
})

describe('query', () => {
  it('answers a vector and a scalar, with warnings', async () => {
    const {source} = await connected(({query}) =>
      query === 'v'
        ? vector([{a: 'b'}, '1'])
        : query === 's'
          ? {resultType: 'scalar', result: [0, '2']}
          : undefined,
    )
    expect((await source.query('v', 0)).answers).toEqual([{labels: {a: 'b'}, value: 1}])
    expect(await source.query('s', 0)).toEqual({answers: [{labels: {}, value: 2}], warnings: [], infos: []})
  })

  it.each([
    ['a range', nothing],
    ['a text', {resultType: 'string', result: [0, 'text']}],
  ])('refuses %s as an answer', async (_, data) => {
    const {source} = await connected(({query}) => (query === 'x' ? data : undefined))
    await expect(source.query('x', 0)).rejects.toMatchObject({name: 'UserError'})
  })
})

describe('samples', () => {
  it('leaves out the left edge, which Prometheus 2 includes', async () => {
    const {source, fake} = await connected(({query}) =>
      query === 'a[2000ms]' ? matrix(1000, 2000, 3000) : undefined,
    )
    expect(await source.samples('a', 1000.7, 3000.7)).toEqual([
      {labels: {__name__: 'a'}, t: [2000, 3000], v: [2000, 3000]},
    ])
    expect(fake.asked[0]?.time).toBe('3.000')
  })

  it('leaves out a series that only had the left edge', async () => {
    const {source} = await connected(({query}) => (query === 'a[2000ms]' ? matrix(1000) : undefined))
    expect(await source.samples('a', 1000, 3000)).toEqual([])
  })

  it('fetches a long range in parts and joins them', async () => {
    const {source, fake} = await connected(({query, time}) =>
      query.startsWith('a[') ? matrix(Number(time) * 1000) : undefined,
    )
    const minute = 60_000
    const [series] = await source.samples('a', 0, 70 * minute)
    expect(series?.t).toEqual([30 * minute, 60 * minute, 70 * minute])
    expect(fake.asked.map(({query}) => query)).toEqual(['a[1800000ms]', 'a[1800000ms]', 'a[600000ms]'])
  })

  it('halves a range that the server finds too long', async () => {
    const fake = await startFakePrometheus((asked, response) => {
      const data = greeting(asked)
      if (data) return success(response, data)
      const range = Number(/\[(\d+)ms\]/.exec(asked.query)?.[1])
      if (range > 5000)
        return failure(response, 422, 'execution', 'query processing would load too many samples')
      success(response, matrix(Number(asked.time) * 1000))
    })
    closers.push(fake.close)
    const source = await connectPrometheus({url: fake.url})
    closers.push(source.close)
    const [series] = await source.samples('a', 0, 16_000)
    expect(series?.t).toEqual([4000, 8000, 12_000, 16_000])
    fake.answer((_, response) =>
      failure(response, 422, 'execution', 'query processing would load too many samples'),
    )
    await expect(source.samples('a', 0, 16_000)).rejects.toThrow(/too many samples/)
  })

  it('asks nothing for an empty window', async () => {
    const {source, fake} = await connected(() => undefined)
    expect(await source.samples('a', 2000, 2000)).toEqual([])
    expect(fake.asked).toEqual([])
  })
})

describe('caughtUp', () => {
  const times = (...timesMs: number[]): object =>
    vector(
      ...timesMs.map((tMs, index): [{instance: string}, string] => [{instance: `${index}`}, `${tMs / 1000}`]),
    )

  it('waits until every target that is up has a newer sample', async () => {
    let polls = 0
    const {source, fake} = await connected(({query}) =>
      query.startsWith('timestamp(up)') ? times(5000, ++polls < 3 ? 4000 : 4001) : undefined,
    )
    await source.caughtUp(4000)
    expect(fake.asked).toHaveLength(3)
  })

  it.each([
    ['a target never gets one', times(1000)],
    ['there are no targets', vector()],
  ])('gives up after a few intervals when %s', async (_, answer) => {
    const {source, fake} = await connected(({query}) =>
      query.startsWith('timestamp(up)') ? answer : undefined,
    )
    const begun = systemClock.now()
    await source.caughtUp(begun)
    expect(systemClock.now() - begun).toBeGreaterThanOrEqual(3 * source.intervalMs - 1)
    expect(fake.asked.length).toBeGreaterThan(2)
  })

  it('stops waiting when the caller does', async () => {
    const {source} = await connected(({query}) => (query.startsWith('timestamp(up)') ? vector() : undefined))
    await expect(source.caughtUp(systemClock.now() + 60_000, AbortSignal.timeout(50))).rejects.toThrow()
  })
})

describe('medianSpacing', () => {
  it.each<[number[][], number | undefined]>([
    [[], undefined],
    [[[1000]], undefined],
    [
      [
        [0, 500, 1010, 1500],
        [200, 700],
      ],
      500,
    ],
    [[[0, 500, 1000, 9000]], 500],
  ])('of %j is %s', (times, spacing) => {
    expect(medianSpacing(times.map((t) => ({t})))).toBe(spacing)
  })
})
