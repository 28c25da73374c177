import {describe, expect, it} from 'vitest'
import {seededRandom} from '../../../src/system/random.js'
import {inflationFor, noiseOf, wavesIn} from '../../../src/verdict/statistics/noise.js'

const repeat = <T>(times: number, make: (index: number) => T): T[] =>
  Array.from({length: times}, (_, at) => make(at))

/** As much as independent events deviate, with no pattern. */
const signs = (length: number): number[] => {
  const random = seededRandom(1)
  return repeat(length, () => (random.next() < 0.5 ? 1 : -1))
}

describe('the waves in the counts of blocks', () => {
  it('hold all of their variance (Parseval)', () => {
    const residuals = signs(40)
    const mean = residuals.reduce((sum, value) => sum + value, 0) / 40
    const around = residuals.map((value) => value - mean)
    const power = around.reduce((sum, value) => sum + value * value, 0)
    const waves = wavesIn(around, 1).reduce((sum, value) => sum + value, 0)
    expect(waves).toBeCloseTo(power, 9)
  })

  it('of a tide over the whole phase are in the slowest', () => {
    const waves = wavesIn(
      repeat(30, (at) => (at < 15 ? 1 : -1)),
      1,
    )
    expect(waves[0]).toBeGreaterThan(0.8 * waves.reduce((sum, value) => sum + value, 0))
  })
})

describe('the noise that a phase may have', () => {
  const inflation = (residuals: number[], perBlock = 100) =>
    inflationFor(noiseOf(wavesIn(residuals, 1), perBlock), 0.99)

  it('is believed to be that of independent events the more, the more of them there are', () => {
    const by = [30, 60, 240].map((blocks) => inflation(signs(blocks)))
    expect(by[0]).toBeLessThan(5)
    expect(by[1]).toBeLessThan(by[0] ?? 0)
    expect(by[2]).toBeLessThan(1.4)
  })

  it('takes more from what is known where errors come in runs', () => {
    // Signs that stay for eight blocks each, as many of one as of the other.
    const runs = signs(10).flatMap((sign) => repeat(8, () => sign))
    expect(inflation(runs)).toBeGreaterThan(5)
    expect(inflation(runs)).toBeGreaterThan(3 * inflation(signs(80)))
  })

  it('grows with how much the blocks vary', () => {
    const of = (size: number) => inflation(signs(60).map((sign) => sign * size))
    expect(of(3) / of(1)).toBeGreaterThan(4)
    expect(of(6) / of(3)).toBeGreaterThan(3)
  })

  it('is no larger than blocks of so many events can have', () => {
    const wild = signs(60).map((sign) => sign * 30)
    expect(inflation(wild, 4)).toBeLessThan(inflation(wild, 400) / 20)
  })

  it('weighs each possibility, all of them once', () => {
    const weights = noiseOf(wavesIn(signs(30), 1), 100).map(({weight}) => weight)
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
  })
})
