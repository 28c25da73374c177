import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {BlockPool} from '../../../src/metrics/store/block-pool.js'
import {SampleReader} from '../../../src/metrics/store/block-reader.js'
import {Samples} from '../../../src/metrics/store/samples.js'

type Point = [tMs: number, value: number | null]

const filled = (points: Point[], pool = new BlockPool()): Samples => {
  const samples = new Samples(pool)
  for (const [t, v] of points) samples.append(t, v)
  return samples
}
const all = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const
const read = (samples: Samples, from: number = all[0], to: number = all[1], reader?: SampleReader) => {
  const {t, v} = samples.between(from, to, reader)
  return Array.from(t, (tMs, index) => [tMs, v[index]])
}

/** Anything a value can be, and often what counters and gauges are: whole numbers near each other. */
const value = fc.oneof(
  {weight: 4, arbitrary: fc.integer({min: -200, max: 200})},
  {
    weight: 1,
    arbitrary: fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null),
  },
  {weight: 1, arbitrary: fc.double()},
  {weight: 1, arbitrary: fc.maxSafeInteger()},
  {weight: 1, arbitrary: fc.integer({min: -80, max: 80}).map((quarters) => quarters / 4)},
)
/** Any times at all, or those of a scraper: steps of about a second, now and then one of hours. */
const times = fc.oneof(
  fc
    .array(fc.double({noNaN: true, noDefaultInfinity: true}), {maxLength: 300})
    .map((t) => [...new Set(t)].sort((a, b) => a - b)),
  fc
    .array(
      fc.oneof({weight: 20, arbitrary: fc.integer({min: 990, max: 1010})}, fc.integer({min: 1, max: 1e10})),
      {
        maxLength: 500,
      },
    )
    .map((steps) => {
      let tMs = 1_763_000_000_000
      return steps.map((step) => (tMs += step))
    }),
)
const points = times.chain((t) =>
  fc
    .array(value, {minLength: t.length, maxLength: t.length})
    .map((values) => t.map((tMs, index): Point => [tMs, values[index] ?? null])),
)
/** A time at, between or beyond those of the points. */
const timeNear = (given: Point[]): fc.Arbitrary<number> =>
  fc.oneof(
    fc.double({noNaN: true}),
    ...(given.length === 0 ? [] : [fc.constantFrom(...given.flatMap(([t]) => [t, t - 0.5, t + 0.5]))]),
  )

describe('Samples', () => {
  it('leaves out the start of a window and keeps its end', () => {
    const samples = filled([
      [10, 1],
      [20, 2],
      [30, 3],
    ])
    expect(read(samples, 10, 30)).toEqual([
      [20, 2],
      [30, 3],
    ])
    expect(read(samples, 30, 40)).toEqual([])
    expect(read(samples, 0, 9)).toEqual([])
    expect(read(samples, 25, 5)).toEqual([])
    expect(read(filled([]))).toEqual([])
  })

  it('tells a staleness marker from a NaN that was scraped', () => {
    const mixed: Point[] = [
      [1, Number.NaN],
      [2, null],
      [3, 0],
      [4, null],
      [5, Number.NaN],
    ]
    expect(read(filled(mixed))).toEqual(mixed)
    expect(read(filled(mixed.slice(1)))).toEqual(mixed.slice(1))
  })

  it('refuses a sample that is not newer than the newest, or at no finite time', () => {
    const samples = filled([[10, 1]])
    for (const tMs of [10, 9, Number.NaN, Number.POSITIVE_INFINITY])
      expect(samples.append(tMs, 2)).toBe(false)
    expect(read(samples)).toEqual([[10, 1]])
    expect(new Samples(new BlockPool()).append(Number.NEGATIVE_INFINITY, 1)).toBe(false)
  })

  it('gives back exactly what went in, for any values at any times', () => {
    fc.assert(
      fc.property(points, (given) => {
        const samples = filled(given)
        expect(read(samples)).toEqual(given)
        expect(samples.length).toBe(given.length)
        expect([samples.firstMs, samples.lastMs]).toEqual([
          given[0]?.[0] ?? Number.POSITIVE_INFINITY,
          given.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY,
        ])
      }),
    )
  })

  it('reads any window as a filter would, also into memory shared with other series', () => {
    const asked = points.chain((given) => fc.tuple(fc.constant(given), timeNear(given), timeNear(given)))
    fc.assert(
      fc.property(asked, ([given, from, to]) => {
        const samples = filled(given)
        const expected = given.filter(([t]) => t > from && t <= to)
        expect(read(samples, from, to)).toEqual(expected)
        expect(samples.hasBetween(from, to)).toBe(expected.length > 0)
        const reader = new SampleReader(3 * samples.roomFor(from, to))
        const answers = [1, 2, 3].map(() => samples.between(from, to, reader))
        for (const {t, v} of answers) expect(Array.from(t, (tMs, index) => [tMs, v[index]])).toEqual(expected)
      }),
    )
  })

  it('gives values as numbers where there is no marker, whatever was read before', () => {
    const samples = filled([
      [1, null],
      [2, 5],
    ])
    const reader = new SampleReader(4)
    expect(samples.between(0, 2, reader).v).toEqual([null, 5])
    expect(filled([[1, 7]]).between(0, 2, reader).v).toEqual(new Float64Array([7]))
  })

  it('forgets exactly what is old, again and again, and goes on', () => {
    const asked = points.chain((given) =>
      fc.tuple(fc.constant(given), fc.array(timeNear(given), {maxLength: 5})),
    )
    fc.assert(
      fc.property(asked, ([given, cutoffs]) => {
        const pool = new BlockPool()
        const samples = filled(given, pool)
        let left = given
        for (const cutoff of cutoffs) {
          const kept = left.filter(([t]) => t > cutoff)
          expect(samples.dropUntil(cutoff)).toBe(left.length - kept.length)
          left = kept
          expect(samples.length).toBe(left.length)
          expect(samples.firstMs).toBe(left[0]?.[0] ?? Number.POSITIVE_INFINITY)
          expect(read(samples)).toEqual(left)
        }
        if (samples.append(1e300, 7)) expect(read(samples)).toEqual([...left, [1e300, 7]])
        samples.dropUntil(Number.POSITIVE_INFINITY)
        expect(pool.usedBytes).toBe(0)
      }),
    )
  })

  it('keeps the bits of every NaN', () => {
    const bits = new BigUint64Array([0x7ff8_0000_0000_0001n, 0xfff8_0000_0000_0000n, 0x7ff8_dead_beef_0002n])
    const values = new Float64Array(bits.buffer)
    const samples = new Samples(new BlockPool())
    for (let index = 0; index < 9; index++) samples.append(index, values[index % 3] ?? 0)
    // Without a staleness marker the values come as a Float64Array.
    const v = samples.between(...all).v as Float64Array
    expect([...new BigUint64Array(v.slice().buffer)]).toEqual([...bits, ...bits, ...bits])
  })

  it.each([
    ['a counter', (index: number, before: number) => before + ((index * 7) % 20), 2.5],
    ['a counter that stands still', (_: number, before: number) => before, 1.5],
    ['a gauge of fractions', (index: number) => Math.sin(index), 10.5],
    ['a value beyond all bounds', () => Number.POSITIVE_INFINITY, 3.5],
  ])('takes few bytes for %s', (_, next, most) => {
    const pool = new BlockPool()
    const samples = new Samples(pool)
    let before = 1_000_000
    for (let index = 0; index < 2000; index++) {
      before = next(index, before)
      samples.append(1_763_000_000_000 + index * 1000 + ((index * 13) % 5), before)
    }
    expect(pool.usedBytes / samples.length).toBeLessThan(most)
  })

  it('reuses room instead of growing without end', () => {
    const pool = new BlockPool()
    const samples = new Samples(pool)
    for (let t = 0; t < 10_000; t++) {
      samples.append(t, t)
      samples.dropUntil(t - 100)
    }
    expect(samples.length).toBe(100)
    expect(pool.usedBytes).toBeLessThan(2000)
    expect(pool.heldBytes).toBe(64 * 1024)
  })
})
