import {describe, expect, it} from 'vitest'
import {medianSpacing} from '../../src/metrics/prometheus-interval.js'
import {upOf} from '../../src/metrics/prometheus-targets.js'
import {systemClock} from '../../src/system/clock.js'
import {vector} from '../fakes/metrics-prometheus.js'
import {
  connected,
  greeting,
  nothing,
  type Script,
  serverOf,
  sourceAt,
  upEvery,
} from '../fakes/scripted-prometheus.js'

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
    const fake = await serverOf((asked) => script(asked) ?? greeting(asked) ?? vector())
    const source = await sourceAt(fake.url, options)
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
    const fake = await serverOf((asked) => {
      if (asked.query === 'up{job=~"shop"}[5m]') return upEvery(2000)
      if (asked.query.startsWith('timestamp(up{job=~"shop"}) and up{job=~"shop"} == 1'))
        return vector([{}, '5'])
      return greeting(asked)
    })
    const source = await sourceAt(fake.url, {selectors: ['up', 'a{job="shop"}']})
    expect(source.intervalMs).toBe(2000)
    await source.caughtUp(4000)
  })

  it('is all of up when there are no samples of those jobs', async () => {
    const fake = await serverOf((asked) =>
      asked.query === 'up{job=~"x"}[5m]' ? nothing : (greeting(asked) ?? vector([{}, '5'])),
    )
    const source = await sourceAt(fake.url, {selectors: ['a{job="x"}']})
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
