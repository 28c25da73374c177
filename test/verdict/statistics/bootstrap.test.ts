import {describe, expect, it} from 'vitest'
import {seededRandom} from '../../../src/system/random.js'
import {blockBootstrap, type Counts, percentileInterval} from '../../../src/verdict/statistics/bootstrap.js'

const steady: Counts[] = Array.from({length: 60}, (_, at) => ({
  values: [10, 20 + (at % 7)],
  counts: [90, 10],
}))
const draw = (seconds: Counts[], share: number, seed = 1) =>
  blockBootstrap(seconds, [share], {blockSeconds: 5, draws: 200, random: seededRandom(seed)})[0] ?? []

describe('the block bootstrap', () => {
  it('draws quantiles that the seconds can have', () => {
    expect(new Set(draw(steady, 0.5))).toEqual(new Set([10]))
    for (const value of draw(steady, 0.99)) expect(value).toBeGreaterThanOrEqual(25)
  })

  it('is wider where the bad seconds come together', () => {
    const bad: Counts = {values: [10, 500], counts: [50, 50]}
    const together = steady.map((second, at) => (at >= 30 && at < 36 ? bad : second))
    const {low, high} = percentileInterval(draw(together, 0.9), 0.95)
    expect(high / low).toBeGreaterThan(2)
    const one = percentileInterval(draw(steady, 0.9), 0.95)
    expect(one.high / one.low).toBeLessThan(2.1)
  })

  it('draws the same from the same seed', () => {
    expect(draw(steady, 0.99, 7)).toEqual(draw(steady, 0.99, 7))
  })

  it('draws nothing from seconds that counted nothing, and leaves that out of the interval', () => {
    const sparse: Counts[] = [steady[0] ?? {values: [], counts: []}].concat(
      Array.from({length: 40}, () => ({values: [], counts: []})),
    )
    const draws = draw(sparse, 0.99)
    expect(new Set(draws)).toEqual(new Set([20, Number.NaN]))
    expect(percentileInterval(draws, 0.95)).toEqual({low: 20, high: 20})
  })

  it('copes with fewer seconds than a block has', () => {
    expect(draw(steady.slice(0, 2), 0.5)).toHaveLength(200)
  })

  it('draws as often as counting all that may be drawn says', () => {
    // Four seconds, blocks of two: nine equally likely pairs of blocks from {1, 2}, {2, 3}, {3, 4}. Their medians (the
    // second smallest of four): three times 1, 2, 2 in the first row, 2, 2, 3 and 2, 3, 3 in the others.
    const seconds = [1, 2, 3, 4].map((value): Counts => ({values: [value], counts: [1]}))
    const draws =
      blockBootstrap(seconds, [0.5], {blockSeconds: 2, draws: 9000, random: seededRandom(5)})[0] ?? []
    const often = [1, 2, 3, 4].map((value) => draws.filter((drawn) => drawn === value).length / 1000)
    for (const [at, expected] of [1, 5, 3, 0].entries()) expect(often[at]).toBeCloseTo(expected, 0)
  })

  it('covers the median of latencies that hang together, where single seconds do not', () => {
    const random = seededRandom(2)
    const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
    const covered = (blockSeconds: number): number =>
      Array.from({length: 150}).filter(() => {
        let tide = normal()
        const seconds = Array.from({length: 120}, (): Counts => {
          tide = 0.6 * tide + 0.8 * normal()
          const values = Array.from({length: 9}, () => Math.exp(tide + 0.5 * normal())).sort((a, b) => a - b)
          return {values, counts: values.map(() => 1)}
        })
        const draws = blockBootstrap(seconds, [0.5], {blockSeconds, draws: 200, random})[0] ?? []
        const {low, high} = percentileInterval(draws, 0.95)
        return low <= 1 && 1 <= high
      }).length / 150
    const [blocks, single] = [covered(5), covered(1)]
    expect(blocks).toBeGreaterThan(0.84)
    expect(single).toBeLessThan(blocks - 0.07)
  })
})
