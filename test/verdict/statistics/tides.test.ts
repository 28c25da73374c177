import {describe, expect, it} from 'vitest'
import {seededRandom} from '../../../src/system/random.js'
import {tidalVariance} from '../../../src/verdict/statistics/tides.js'

const repeat = <T>(times: number, make: (index: number) => T): T[] =>
  Array.from({length: times}, (_, at) => make(at))

describe('the variance of a sum, by its slowest waves', () => {
  it.each([
    [8, 4],
    [30, 4],
    [60, 6],
    [120, 10],
    [240, 15],
  ])('looks at %i blocks in %i waves', (blocks, degrees) => {
    expect(tidalVariance(repeat(blocks, (at) => at)).degrees).toBe(degrees)
  })

  it('is that of so many independent blocks where each is independent', () => {
    const random = seededRandom(3)
    const mean =
      repeat(2000, () => tidalVariance(repeat(60, () => random.next() - 0.5)).variance).reduce(
        (sum, one) => sum + one,
        0,
      ) / 2000
    // 60 blocks of variance 1/12.
    expect(mean).toBeGreaterThan(4.7)
    expect(mean).toBeLessThan(5.3)
  })

  it('is nothing where blocks alternate: what averages out makes no sum uncertain', () => {
    expect(tidalVariance(repeat(60, (at) => (at % 2 ? 1 : -1))).variance).toBeLessThan(2)
  })

  it('is that of the whole of a tide that is as long as the phase', () => {
    const tide = repeat(60, (at) => Math.cos((Math.PI * (at + 0.5)) / 60))
    // 2 (Σ cos²)² / 6 waves.
    expect(tidalVariance(tide).variance).toBeCloseTo((2 * 30 ** 2) / 6, 6)
  })
})
