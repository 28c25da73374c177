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
})
