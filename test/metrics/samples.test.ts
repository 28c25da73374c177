import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Samples} from '../../src/metrics/samples.js'

const filled = (points: [number, number | null][]): Samples => {
  const samples = new Samples()
  for (const [t, v] of points) samples.append(t, v)
  return samples
}
const read = (samples: Samples, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY) => {
  const {t, v} = samples.between(from, to)
  return Array.from(t, (tMs, index) => [tMs, v[index]])
}

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
    expect(read(samples, 25, 5)).toEqual([])
  })

  it('tells a staleness marker from a NaN that was scraped', () => {
    const samples = filled([
      [1, Number.NaN],
      [2, null],
      [3, 0],
    ])
    expect(read(samples)).toEqual([
      [1, Number.NaN],
      [2, null],
      [3, 0],
    ])
  })

  it('refuses a sample that is not newer than the newest', () => {
    const samples = filled([[10, 1]])
    expect(samples.append(10, 2)).toBe(false)
    expect(samples.append(9, 2)).toBe(false)
    expect(samples.append(Number.NaN, 2)).toBe(false)
    expect(read(samples)).toEqual([[10, 1]])
  })

  it('keeps markers while it grows and forgets', () => {
    const point = fc.oneof(fc.double(), fc.constant(null))
    fc.assert(
      fc.property(
        fc.array(point, {maxLength: 200}),
        fc.integer({min: -1, max: 200}),
        fc.array(point),
        (first, cutoff, more) => {
          const all = [...first, ...more].map((v, index): [number, number | null] => [index, v])
          const samples = filled(all.slice(0, first.length))
          samples.dropUntil(cutoff)
          for (const [t, v] of all.slice(first.length)) samples.append(t, v)
          const expected = all.filter(([t]) => t > cutoff || t >= first.length)
          expect(read(samples)).toEqual(expected)
          expect(samples.length).toBe(expected.length)
        },
      ),
    )
  })

  it('reuses room instead of growing without end', () => {
    const samples = new Samples()
    for (let t = 0; t < 100_000; t++) {
      samples.append(t, t)
      samples.dropUntil(t - 100)
    }
    expect(samples.length).toBe(100)
    expect(samples.between(0, 100_000).t.buffer.byteLength).toBeLessThan(10_000)
  })
})
