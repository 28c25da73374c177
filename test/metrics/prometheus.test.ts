import {afterEach, describe, expect, it} from 'vitest'
import {connectPrometheus} from '../../src/metrics/prometheus.js'
import {cautionsOf} from '../../src/metrics/prometheus-cautions.js'
import {medianSpacing} from '../../src/metrics/prometheus-interval.js'
import {upOf} from '../../src/metrics/prometheus-targets.js'
import type {MetricSource} from '../../src/metrics/source.js'
import {systemClock} from '../../src/system/clock.js'
import {
  type AskedQuery,
  type FakePrometheus,
  failure,
  matrix,
  type Respond,
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

/** Two targets, with this long between their samples. */
const upEvery = (...intervalsMs: number[]): object => ({
  resultType: 'matrix',
  result: intervalsMs.map((everyMs, index) => ({
    metric: {instance: String(index)},
    values: [0, 1, 2].map((scrape) => [(scrape * everyMs) / 1000, '1']),
  })),
})

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

  it('asks on when a gateway passes on the queries and nothing else', async () => {
    const gateway = await server((asked) =>
      asked.path.endsWith('/buildinfo') ? undefined : (greeting(asked) ?? vector([{}, '1'])),
    )
    const behind = await connectPrometheus({url: gateway.url})
    closers.push(behind.close)
    expect(await behind.describe()).toBe(`${gateway.url}, Prometheus of unknown version`)
  })

  it('says when the clocks differ', async () => {
    const ahead = () => ({resultType: 'scalar', result: [0, String(systemClock.now() / 1000 + 60)]})
    const {source} = await connected(({query}) => (query === 'time()' ? ahead() : undefined))
    expect(await source.describe()).toMatch(/, its clock (59|60)\.\d s ahead of ours$/)
    const [reading] = (await source.clocks?.()) ?? []
    expect(Math.abs((reading?.aheadMs ?? 0) - 60_000)).toBeLessThanOrEqual((reading?.withinMs ?? 0) + 2)
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

describe('what a server cannot hand out at once', () => {
  const answering = async (
    respond: Respond,
    options: object = {},
  ): Promise<[MetricSource, FakePrometheus]> => {
    const fake = await startFakePrometheus((asked, response) => {
      const data = greeting(asked)
      if (data) success(response, data)
      else respond(asked, response)
    })
    closers.push(fake.close)
    const source = await connectPrometheus({url: fake.url, ...options})
    closers.push(source.close)
    fake.asked.length = 0
    return [source, fake]
  }
  const rangeOf = ({query}: AskedQuery): number => Number(/\[(\d+)ms\]/.exec(query)?.[1])

  it('is fetched in halves when the answer is too large', async () => {
    const [source] = await answering(
      (asked, response) => {
        const data = matrix(
          ...Array.from(
            {length: rangeOf(asked) / 100},
            (_, i) => Number(asked.time) * 1000 - i * 100,
          ).reverse(),
        )
        success(response, data)
      },
      {mostBytes: 2000},
    )
    const [series] = await source.samples('a', 0, 16_000)
    expect(series?.t).toEqual(Array.from({length: 160}, (_, i) => 100 + i * 100))
  })

  it('is fetched in halves when it takes too long, but a server that hangs is not asked for ever', async () => {
    const [source, fake] = await answering(
      (asked, response) => {
        if (rangeOf(asked) <= 4000) success(response, matrix(Number(asked.time) * 1000))
        else if (rangeOf(asked) === 8000) failure(response, 503, 'timeout', 'query timed out')
        // The longest gets no answer at all.
      },
      {timeoutMs: 300},
    )
    const [series] = await source.samples('a', 0, 16_000)
    expect(series?.t).toEqual([4000, 8000, 12_000, 16_000])
    fake.answer(() => {})
    fake.asked.length = 0
    await expect(source.samples('a', 0, 16_000)).rejects.toThrow(/no whole answer within 0.3 s/)
    expect(fake.asked).toHaveLength(4)
  })

  it('is doubted when the server warns, once for each warning', async () => {
    const [source] = await answering((_, response) => success(response, matrix(500), {warnings: ['partial']}))
    const warnings: string[] = []
    await source.samples('a', 0, 70 * 60_000, undefined, (warning) => warnings.push(warning))
    expect(warnings).toEqual(['partial'])
  })
})

describe('an instant query', () => {
  const rules = 'rule_files: [a]\nglobal:\n  evaluation_interval: 30s\n'
  it.each<[string, Script, object, string]>([
    ['at least five seconds', () => undefined, {}, '5000ms'],
    ['as the user says', () => undefined, {lookbackMs: 7000}, '7000ms'],
    [
      'three intervals of the slowest target',
      ({query}) => (query === 'up[5m]' ? upEvery(1000, 20_000) : undefined),
      {},
      '60000ms',
    ],
    [
      'three intervals of rules',
      ({path}) => (path.endsWith('/config') ? {yaml: rules} : undefined),
      {},
      '90000ms',
    ],
    [
      'five minutes at most',
      ({query}) => (query === 'up[5m]' ? upEvery(1000, 120_000) : undefined),
      {},
      '300000ms',
    ],
  ])('takes samples that are not too old: %s', async (_, script, options, lookback) => {
    const fake = await server((asked) => script(asked) ?? greeting(asked) ?? vector())
    const source = await connectPrometheus({url: fake.url, ...options})
    closers.push(source.close)
    await source.query('v', 0)
    expect(fake.asked.at(-1)?.lookback).toBe(lookback)
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

describe('cautionsOf', () => {
  it.each<[string, object, RegExp[]]>([
    ['https://p.test', {}, []],
    ['https://p.test', {tls: {insecure: true}}, [/certificate of Prometheus at p.test is not checked/]],
    ['http://p.test', {tls: {insecure: true}}, []],
    ['http://p.test:9090', {}, []],
    ['http://me:secret@p.test:9090', {}, [/^credentials go to p.test:9090 unencrypted/]],
    ['http://p.test', {bearer: {env: 'T'}}, [/unencrypted/]],
    ['http://127.0.0.1:9090', {bearer: {env: 'T'}}, []],
  ])('of %s with %j', (address, access, cautions) => {
    expect(cautionsOf(address, access)).toEqual(cautions.map((caution) => expect.stringMatching(caution)))
  })
})

describe('upOf', () => {
  it.each([
    [[], 'up'],
    [['up'], 'up'],
    [['up', 'a_total{job="shop"}', 'b_total{job="shop",x="y"}'], 'up{job=~"shop"}'],
    [['a_total{job="shop.v2"}', 'b_total{job="edge"}'], 'up{job=~"shop\\\\.v2|edge"}'],
    [['a_total{job="shop"}', 'b_total'], 'up'],
    [['a_total{job=~"sh.*"}'], 'up'],
  ])('%j is %s', (selectors, up) => {
    expect(upOf(selectors)).toBe(up)
  })

  it('sets the intervals, and who is waited for', async () => {
    const fake = await server((asked) => {
      if (asked.query === 'up{job=~"shop"}[5m]') return upEvery(2000)
      if (asked.query.startsWith('timestamp(up{job=~"shop"}) and up{job=~"shop"} == 1'))
        return vector([{}, '5'])
      return greeting(asked)
    })
    const source = await connectPrometheus({url: fake.url, selectors: ['up', 'a{job="shop"}']})
    closers.push(source.close)
    expect(source.intervalMs).toBe(2000)
    await source.caughtUp(4000)
  })

  it('is all of up when there are no samples of those jobs', async () => {
    const fake = await server((asked) =>
      asked.query === 'up{job=~"x"}[5m]' ? nothing : (greeting(asked) ?? vector([{}, '5'])),
    )
    const source = await connectPrometheus({url: fake.url, selectors: ['a{job="x"}']})
    closers.push(source.close)
    expect(source.intervalMs).toBe(500)
    await source.caughtUp(4000)
    expect(fake.asked.at(-1)?.query).toBe('timestamp(up) and up == 1')
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
