import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {randomFor} from '../../../src/toxiproxy/random.js'
import {slices} from '../../../src/toxiproxy/toxics/slicer.js'

const cut = (length: number, average: number, variation: number): [number, number][] => [
  ...slices(length, average, variation, randomFor(1, 'slices')),
]

describe('slices', () => {
  it('halves until a piece is at most the average: 1000 B at 100 make 16 of 62 and 63', () => {
    const sizes = cut(1000, 100, 0).map(([start, end]) => end - start)
    expect(sizes).toHaveLength(16)
    expect(new Set(sizes)).toEqual(new Set([62, 63]))
  })

  it('varies piece sizes with the variation, up to average + variation', () => {
    const sizes = cut(100_000, 100, 50).map(([start, end]) => end - start)
    expect(new Set(sizes).size).toBeGreaterThan(20)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(150)
  })

  it.each([
    [0, 0],
    [-5, -5],
    [-(2 ** 63), 0],
  ])('leaves data whole when there is nothing to cut to (%d ± %d)', (average, variation) => {
    expect(cut(5000, average, variation)).toEqual([[0, 5000]])
  })

  it('covers every byte once, in order, whatever the numbers', () => {
    const integer = fc.oneof(fc.integer({min: -20, max: 200}), fc.constantFrom(2 ** 63, -(2 ** 63)))
    fc.assert(
      fc.property(fc.integer({min: 1, max: 3000}), integer, integer, (length, average, variation) => {
        let next = 0
        for (const [start, end] of cut(length, average, variation)) {
          expect(start).toBe(next)
          expect(end).toBeGreaterThan(start)
          next = end
        }
        expect(next).toBe(length)
      }),
    )
  })
})
