import {describe, expect, it} from 'vitest'
import {connectPrometheus} from '../../src/metrics/prometheus.js'
import {cautionsOf} from '../../src/metrics/prometheus-cautions.js'
import {systemClock} from '../../src/system/clock.js'
import {vector} from '../fakes/metrics-prometheus.js'
import {connected, greeting, nothing, type Script, serverOf, sourceAt} from '../fakes/scripted-prometheus.js'

describe('connectPrometheus', () => {
  it('describes the server without its password', async () => {
    const {source, fake} = await connected(() => undefined)
    expect(await source.describe()).toBe(`${fake.url}, Prometheus 3.5.0`)
    expect(source.kind).toBe('prometheus')
  })

  it('asks on when a gateway passes on the queries and nothing else', async () => {
    const gateway = await serverOf((asked) =>
      asked.path.endsWith('/buildinfo') ? undefined : (greeting(asked) ?? vector([{}, '1'])),
    )
    const behind = await sourceAt(gateway.url)
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
    const fake = await serverOf(() => undefined)
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
