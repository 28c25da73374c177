import {describe, expect, it} from 'vitest'
import {MetricStore} from '../../src/metrics/store.js'
import {queryStore, samplesOfStore} from '../../src/metrics/store-query.js'
import {parseSelector} from '../../src/promql/index.js'

const all = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const
const names = (store: MetricStore, selector: string): string[] =>
  store.select(parseSelector(selector), ...all).map(({labels}) => labels['instance'] ?? '')

const withUp = (): MetricStore => {
  const store = new MetricStore()
  for (const instance of ['a', 'b', 'c']) store.append(store.series({__name__: 'up', instance}), 1000, 1)
  store.append(store.series({__name__: 'other', instance: 'a'}), 1000, 1)
  return store
}

describe('MetricStore', () => {
  it.each([
    ['up', ['a', 'b', 'c']],
    ['up{instance="b"}', ['b']],
    ['up{instance!~"a|b"}', ['c']],
    ['{instance="a"}', ['a', 'a']],
    ['{__name__=~"oth.*"}', ['a']],
    ['up{pod=""}', ['a', 'b', 'c']],
    ['down', []],
  ])('finds what %s matches', (selector, found) => {
    expect(names(withUp(), selector).sort()).toEqual(found)
  })

  it('gives the same series for the same labels in any order', () => {
    const store = withUp()
    store.append(store.series({instance: 'a', __name__: 'up'}), 2000, 0)
    expect(store.totals()).toMatchObject({series: 4, samples: 5})
  })

  it('counts samples that are out of order or duplicates, and keeps the first', () => {
    const store = withUp()
    const series = store.series({__name__: 'up', instance: 'a'})
    expect(store.append(series, 1000, 0)).toBe(false)
    expect(store.append(series, 500, 0)).toBe(false)
    expect(store.totals()).toMatchObject({samples: 4, refused: 2})
    expect(samplesOfStore(store, 'up{instance="a"}', 0, 5000)[0]?.v).toEqual([1])
  })

  it('does not know a series before its first sample', () => {
    const store = new MetricStore()
    store.series({__name__: 'up'})
    expect(store.totals().series).toBe(0)
    expect(samplesOfStore(store, 'up', ...all)).toEqual([])
  })

  it('forgets what is older than asked, and series that have nothing newer', () => {
    const store = withUp()
    store.append(store.series({__name__: 'up', instance: 'a'}), 2000, 0)
    store.forgetUntil(1000)
    expect(store.totals()).toMatchObject({series: 1, samples: 1, dropped: 4, droppedUntilMs: 1000})
    expect(names(store, 'up')).toEqual(['a'])
    store.forgetUntil(1500)
    expect(store.totals()).toMatchObject({dropped: 4, droppedUntilMs: 1000})
  })

  it('refuses series above its limit until one has ended, and warns once', () => {
    const warnings: string[] = []
    const store = new MetricStore({maxSeries: 2, onWarning: (message) => warnings.push(message)})
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((instance) => store.series({__name__: 'up', instance}))
    if (!a || !b || !c || !d) throw new Error('four series were made')
    expect([a, b, c, d].map((series, t) => store.append(series, t, 1))).toEqual([true, true, false, false])
    expect(store.append(a, 5, 2)).toBe(true)
    expect(warnings).toEqual([expect.stringContaining('More than 2 series')])
    store.forgetUntil(1)
    expect(store.append(c, 6, 1)).toBe(true)
    expect(names(store, 'up')).toEqual(['a', 'c'])
    expect(store.totals()).toMatchObject({series: 2, refused: 2})
  })

  it('names the series that have samples in a window', () => {
    const store = withUp()
    const named = (fromMs: number, toMs: number): number =>
      store.labelsOf(parseSelector('up'), fromMs, toMs).length
    expect([named(0, 999), named(0, 1000), named(1000, 2000)]).toEqual([0, 3, 0])
    expect(store.labelsOf(parseSelector('{instance="a"}'), ...all)).toEqual([
      {__name__: 'up', instance: 'a'},
      {__name__: 'other', instance: 'a'},
    ])
  })

  it('stays within its limit, forgets the oldest first, and warns once', () => {
    const warnings: string[] = []
    const store = new MetricStore({maxSamples: 1000, onWarning: (message) => warnings.push(message)})
    const old = store.series({__name__: 'old'})
    const live = store.series({__name__: 'live'})
    for (let t = 0; t < 100; t++) store.append(old, t, t)
    for (let t = 0; t < 5000; t++) store.append(live, t, t)
    const {samples, dropped, series, droppedUntilMs} = store.totals()
    expect(samples).toBeLessThanOrEqual(1000)
    expect(samples).toBeGreaterThan(500)
    expect(dropped + samples).toBe(5100)
    expect(series).toBe(1)
    expect(samplesOfStore(store, undefined, ...all)[0]?.t[0]).toBeGreaterThan(droppedUntilMs)
    expect(warnings).toHaveLength(1)
  })

  it.each([
    ['one series of many samples', 1, 20_000],
    ['many series of few samples', 2000, 10],
    ['more series than blocks', 5000, 1],
  ])('stays within its memory with %s, and says so once', (_, seriesCount, sampleCount) => {
    const warnings: string[] = []
    const maxBytes = 64_000
    const store = new MetricStore({maxBytes, onWarning: (message) => warnings.push(message)})
    const many = Array.from({length: seriesCount}, (_, pod) =>
      store.series({__name__: 'a', pod: String(pod)}),
    )
    for (let t = 0; t < sampleCount; t++) {
      for (const [pod, series] of many.entries()) {
        store.append(series, t * seriesCount + pod, Math.sin(t))
        expect(store.totals().bytes).toBeLessThanOrEqual(maxBytes)
      }
    }
    const {bytes, samples, dropped, droppedUntilMs} = store.totals()
    expect(bytes).toBeGreaterThan(maxBytes / 2)
    expect(samples + dropped).toBe(seriesCount * sampleCount)
    const held = store.select([], ...all)
    expect(held.reduce((sum, {t}) => sum + t.length, 0)).toBe(samples)
    expect(held.every(({t}) => (t[0] ?? 0) > droppedUntilMs)).toBe(true)
    expect(warnings).toEqual([expect.stringContaining('More than 0.064 MB of samples')])
  })

  it('stays within its memory when the oldest tenth of the time holds next to nothing', () => {
    const store = new MetricStore({maxBytes: 4096})
    const series = store.series({__name__: 'a'})
    store.append(series, 0, 1)
    for (let t = 1e9; t < 1e9 + 5000; t++) {
      store.append(series, t, Math.sin(t))
      expect(store.totals().bytes).toBeLessThanOrEqual(4096)
    }
    expect(store.totals().samples).toBeGreaterThan(200)
  })

  it('takes two handles for the same labels as one series', () => {
    const store = new MetricStore()
    const [one, other] = [store.series({__name__: 'a'}), store.series({__name__: 'a'})]
    expect([store.append(one, 1, 1), store.append(other, 1, 2), store.append(other, 2, 3)]).toEqual([
      true,
      false,
      true,
    ])
    expect(store.totals()).toMatchObject({series: 1, samples: 2, refused: 1})
    expect(samplesOfStore(store, 'a', ...all)).toEqual([{labels: {__name__: 'a'}, t: [1, 2], v: [1, 3]}])
  })

  it('leaves out a series that has samples only before and after the window', () => {
    const store = withUp()
    store.append(store.series({__name__: 'up', instance: 'a'}), 9000, 0)
    const instances = (fromMs: number, toMs: number) =>
      store.select(parseSelector('up'), fromMs, toMs).map(({labels}) => labels['instance'])
    expect([instances(1000, 8999), instances(1000, 9000), instances(999, 1000)]).toEqual([
      [],
      ['a'],
      ['a', 'b', 'c'],
    ])
  })

  it('reads many series at once, markers and all, without mixing them up', () => {
    const store = new MetricStore()
    const expected = Array.from({length: 50}, (_, pod) => {
      const series = store.series({__name__: 'a', pod: String(pod)})
      const t = Array.from({length: 1 + pod * 20}, (_, index) => index * 1000 + pod)
      const v = t.map((tMs, index) => (pod % 2 === 0 && index % 100 === 50 ? null : tMs % 977))
      for (const [index, tMs] of t.entries()) store.append(series, tMs, v[index] ?? null)
      return {labels: {__name__: 'a', pod: String(pod)}, t, v}
    })
    const [fromMs, toMs] = [200_020, 700_000]
    const inWindow = expected.map(({labels, t, v}) => ({
      labels,
      t: t.filter((tMs) => tMs > fromMs && tMs <= toMs),
      v: v.filter((_, index) => (t[index] ?? 0) > fromMs && (t[index] ?? 0) <= toMs),
    }))
    expect(samplesOfStore(store, 'a', fromMs, toMs)).toEqual(inWindow.filter(({t}) => t.length > 0))
    expect(samplesOfStore(store, undefined, ...all)).toEqual(expected)
  })

  it('takes a series up again after it was forgotten', () => {
    const store = new MetricStore({maxSamples: 10})
    const old = store.series({__name__: 'old'})
    store.append(old, 0, 1)
    for (let t = 1; t < 100; t++) store.append(store.series({__name__: 'live'}), t, t)
    expect(samplesOfStore(store, 'old', ...all)).toEqual([])
    store.append(old, 100, 2)
    expect(samplesOfStore(store, 'old', ...all)[0]?.v).toEqual([2])
  })
})

describe('queryStore', () => {
  it('answers a vector and a scalar', () => {
    expect(queryStore(withUp(), 'sum(up)', 1000)).toMatchObject({
      answers: [{labels: {}, value: 3}],
      warnings: [],
    })
    expect(queryStore(withUp(), 'scalar(sum(up)) * 2', 1000).answers).toEqual([{labels: {}, value: 6}])
    expect(queryStore(withUp(), 'absent_metric', 1000).answers).toEqual([])
  })

  it('hides a series from its staleness marker on', () => {
    const store = withUp()
    store.append(store.series({__name__: 'up', instance: 'a'}), 2000, null)
    expect(queryStore(store, 'count(up)', 1999).answers[0]?.value).toBe(3)
    expect(queryStore(store, 'count(up)', 2000).answers[0]?.value).toBe(2)
  })

  it.each([
    ['sum(up', /\^/],
    ['rate(up)', /\^/],
    ['up[5m]', /range of samples/],
    ['"text"', /text is no answer/],
  ])('refuses %s as the user’s mistake, showing where', (expression, message) => {
    expect(() => queryStore(withUp(), expression, 1000)).toThrow(message)
    expect(() => queryStore(withUp(), expression, 1000)).toThrow(expect.objectContaining({name: 'UserError'}))
  })

  it('refuses a selector that is an expression', () => {
    expect(() => samplesOfStore(withUp(), 'sum(up)', 0, 1)).toThrow(
      expect.objectContaining({name: 'UserError'}),
    )
  })

  it('warns when the answer would need forgotten samples, and only then', () => {
    const store = new MetricStore({maxSamples: 100})
    for (let t = 0; t < 1000; t++) store.append(store.series({__name__: 'a'}), t * 1000, t)
    expect(queryStore(store, 'count_over_time(a[1000s])', 999_000).warnings).toEqual([
      expect.stringContaining('forgotten'),
    ])
    expect(queryStore(store, 'count_over_time(a[10s])', 999_000).warnings).toEqual([])
  })
})
