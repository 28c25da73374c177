import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {MetricStore} from '../../src/metrics/store.js'
import {samplesOfStore} from '../../src/metrics/store-query.js'
import {TargetSeries} from '../../src/metrics/target-series.js'

const labels = {job: 'shop'}
const started = () => {
  const store = new MetricStore()
  return {store, target: new TargetSeries(labels, store)}
}
const stored = (store: MetricStore, selector?: string) =>
  samplesOfStore(store, selector, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)

describe('TargetSeries', () => {
  it('stores what each scrape had, and an end where a series is missing, in whatever order they come', () => {
    const names = ['a', 'a{b="1"}', 'a{b="2",c="x y"}', 'ab', 'b {d="e"}', 'b{z="}"}']
    // A scrape that fails ends all series.
    const scrape = fc.oneof({weight: 8, arbitrary: fc.shuffledSubarray(names)}, fc.constant(undefined))
    fc.assert(
      fc.property(fc.array(scrape, {maxLength: 12}), (scrapes) => {
        const {store, target} = started()
        const expected = new Map<string, [number, number | null][]>()
        for (const [index, present] of scrapes.entries()) {
          const atMs = index * 1000
          if (present) target.record(present.map((name) => `${name} ${index}\n`).join(''), 'prometheus', atMs)
          else target.vanish(atMs)
          for (const name of names) {
            const points = expected.get(name) ?? []
            if (present?.includes(name)) expected.set(name, [...points, [atMs, index]])
            else if (typeof points.at(-1)?.[1] === 'number') points.push([atMs, null])
          }
        }
        const points = stored(store).map(({t, v}) => t.map((tMs, index) => [tMs, v[index]]))
        const byText = (all: unknown[]) => all.map((one) => JSON.stringify(one)).sort()
        expect(byText(points)).toEqual(byText([...expected.values()]))
        expect(store.totals().refused).toBe(0)
      }),
    )
  })

  it('keeps one series that a body writes in two ways, and its first value', () => {
    const {store, target} = started()
    const twice = (first: number, second: number) => `a{b="1",c="2"} ${first}\na{c="2",b="1"} ${second}\n`
    expect(target.record(twice(1, 2), 'prometheus', 1000)).toBe(2)
    target.record(twice(3, 4), 'prometheus', 2000)
    expect(stored(store)).toMatchObject([{t: [1000, 2000], v: [1, 3]}])
    expect(store.totals()).toMatchObject({series: 1, samples: 2, refused: 2})
    target.vanish(3000)
    expect(stored(store)).toMatchObject([{t: [1000, 2000, 3000], v: [1, 3, null]}])
    target.record(twice(5, 6), 'prometheus', 4000)
    target.record('a{c="2",b="1"} 7\n', 'prometheus', 5000)
    target.record('', 'prometheus', 6000)
    expect(stored(store)[0]?.v).toEqual([1, 3, null, 5, 7, null])
    expect(store.totals()).toMatchObject({series: 1, refused: 3})
  })

  it('counts a series given twice in a body once', () => {
    const {store, target} = started()
    for (const atMs of [1000, 2000]) target.record('a 1\na 2\nb 1\n', 'prometheus', atMs)
    expect(stored(store, 'a')).toMatchObject([{v: [1, 1]}])
    expect(stored(store, 'b')).toMatchObject([{v: [1, 1]}])
    expect(store.totals().refused).toBe(2)
  })

  it('stores nothing of a body that is wrong somewhere, and ends no series by it', () => {
    const {store, target} = started()
    target.record('a 1\nb 1\n', 'prometheus', 1000)
    expect(() => target.record('a 2\nb\n', 'prometheus', 2000)).toThrow('line 2')
    expect(stored(store).map(({v}) => v)).toEqual([[1], [1]])
    target.record('b 3\nc 3\na 3\n', 'prometheus', 3000)
    expect(stored(store).map(({v}) => v)).toEqual([[1, 3], [1, 3], [3]])
  })

  it('takes up series after all had ended', () => {
    const {store, target} = started()
    target.record('a 1\n', 'prometheus', 1000)
    target.vanish(2000)
    target.record('a 3\n', 'prometheus', 3000)
    target.vanish(4000)
    expect(stored(store)[0]?.v).toEqual([1, null, 3, null])
  })
})
