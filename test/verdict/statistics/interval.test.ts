import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {logGamma, regularisedBeta} from '../../../src/verdict/statistics/beta.js'
import {clopperPearson, decide, eventsToDecide} from '../../../src/verdict/statistics/interval.js'

describe('logGamma', () => {
  it.each([
    [0.5, Math.log(Math.sqrt(Math.PI))],
    [1, 0],
    [2, 0],
    [10, Math.log(362880)],
    [171, 706.573062245787],
    [1e6, 12815504.569147611],
  ])('of %f is %f', (x, expected) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-14 * Math.max(1, Math.abs(expected)) * 20)
  })
})

describe('regularisedBeta', () => {
  it('is the tail of a binomial, summed by hand', () => {
    // P(X ≥ 3) for Binomial(5, 0.4) = 10 · 0.4³ · 0.6² + 5 · 0.4⁴ · 0.6 + 0.4⁵
    expect(regularisedBeta(0.4, 3, 3)).toBeCloseTo(0.31744, 12)
  })

  it('is 0 and 1 at the ends', () => {
    expect([regularisedBeta(0, 2, 3), regularisedBeta(1, 2, 3)]).toEqual([0, 1])
  })

  it('rises with x, and mirrors when the parameters change places', () => {
    const shape = fc.double({min: 0.5, max: 500, noNaN: true})
    const share = fc.double({min: 0.001, max: 0.999, noNaN: true})
    fc.assert(
      fc.property(shape, shape, share, share, (a, b, x, y) => {
        const [low, high] = [Math.min(x, y), Math.max(x, y)]
        expect(regularisedBeta(low, a, b)).toBeLessThanOrEqual(regularisedBeta(high, a, b) + 1e-12)
        expect(regularisedBeta(x, a, b)).toBeCloseTo(1 - regularisedBeta(1 - x, b, a), 10)
      }),
    )
  })
})

// To 15 digits, from sums of binomial terms in arbitrary precision; R's `binom.test(k, n, conf.level = c)` agrees.
const known = [
  [0, 10, 0.95, 0, 0.308497107818761],
  [10, 10, 0.95, 0.691502892181239, 1],
  [5, 20, 0.95, 0.0865714691014345, 0.491045871707958],
  [7, 20, 0.99, 0.113879763266732, 0.656568584231921],
  [1, 1, 0.9, 0.05, 1],
  [950, 1000, 0.95, 0.934609512084506, 0.962664602395338],
  [3600, 3600, 0.95, 0.998975836076978, 1],
  [19_000, 20_000, 0.9, 0.94739126875342, 0.952511372801068],
  [7655, 10_000, 0.99, 0.754411208347896, 0.776334669038756],
  [99_990, 100_000, 0.95, 0.999816104154623, 0.999952045104861],
] as const

describe('clopperPearson', () => {
  it.each(known)('of %i in %i at %f is exact', (good, total, confidence, low, high) => {
    const interval = clopperPearson(good, total, confidence)
    expect(Math.abs(interval.low - low)).toBeLessThan(1e-11)
    expect(Math.abs(interval.high - high)).toBeLessThan(1e-11)
  })

  it.each([0.8, 0.95, 0.99])('covers the truth at %f or more, over all that can be counted', (confidence) => {
    const total = 60
    const intervals = Array.from({length: total + 1}, (_, good) => clopperPearson(good, total, confidence))
    for (const share of [0.003, 0.02, 0.1, 0.37, 0.5, 0.9, 0.999]) {
      let chance = (1 - share) ** total
      let covered = 0
      for (const [good, {low, high}] of intervals.entries()) {
        if (low <= share && share <= high) covered += chance
        chance *= ((total - good) / (good + 1)) * (share / (1 - share))
      }
      expect(covered).toBeGreaterThanOrEqual(confidence)
    }
  })

  it('is symmetric in good and bad', () => {
    const [one, other] = [clopperPearson(17, 400, 0.95), clopperPearson(383, 400, 0.95)]
    expect(one.low).toBeCloseTo(1 - other.high, 12)
    expect(one.high).toBeCloseTo(1 - other.low, 12)
  })

  it('holds the estimate, and narrows as events come in', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 1, max: 5000}),
        fc.double({min: 0, max: 1, noNaN: true}),
        (total, share) => {
          const good = Math.round(share * total)
          const few = clopperPearson(good, total, 0.95)
          const many = clopperPearson(good * 4, total * 4, 0.95)
          expect(few.low).toBeLessThanOrEqual(good / total)
          expect(few.high).toBeGreaterThanOrEqual(good / total)
          expect(many.high - many.low).toBeLessThan(few.high - few.low)
        },
      ),
      {numRuns: 50},
    )
  })
})

describe('decide', () => {
  it.each([
    ['pass', {low: 0.999, high: 1}],
    ['fail', {low: 0.99, high: 0.9989}],
    ['inconclusive', {low: 0.9989, high: 0.9991}],
    ['inconclusive', {low: 0.99, high: 0.999}],
  ] as const)('says %s when the target is 99.9%% and the interval %j', (expected, interval) => {
    expect(decide(interval, 0.999)).toBe(expected)
  })
})

describe('eventsToDecide', () => {
  it('needs 3,688 events without an error to show 99.9% at 95%', () => {
    expect(eventsToDecide(1, 0.999, 0.95)).toBe(3688)
    expect(decide(clopperPearson(3688, 3688, 0.95), 0.999)).toBe('pass')
    expect(decide(clopperPearson(3687, 3687, 0.95), 0.999)).toBe('inconclusive')
  })

  it('is the number from which on the interval decides, in both directions', () => {
    for (const share of [0.94, 0.96]) {
      const total = eventsToDecide(share, 0.95, 0.95) ?? 0
      const wanted = share > 0.95 ? 'pass' : 'fail'
      expect(decide(clopperPearson(share * total, total, 0.95), 0.95)).toBe(wanted)
      expect(decide(clopperPearson(share * total * 0.95, total * 0.95, 0.95), 0.95)).toBe('inconclusive')
    }
  })

  it('is unknown when the share is the target, and for a target of 100%', () => {
    expect(eventsToDecide(0.95, 0.95, 0.95)).toBeUndefined()
    expect(eventsToDecide(1, 1, 0.95)).toBeUndefined()
  })
})
