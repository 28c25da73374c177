import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {type Arrivals, arrivalsOf, poissonArrivalsOf} from '../../../src/engines/pacer/arrivals.js'
import type {RateSegment} from '../../../src/plan/plan.js'
import {seededRandom} from '../../../src/system/random.js'
import {constantRate} from '../../fakes/engine-plan.js'

/** Every arrival of a pass: its number and its time. */
const all = (arrivals: Arrivals): {n: number; atMs: number}[] => {
  const seen: {n: number; atMs: number}[] = []
  const cursor = arrivals.start()
  for (; cursor.atMs < Number.POSITIVE_INFINITY; cursor.advance()) seen.push({n: cursor.n, atMs: cursor.atMs})
  return seen
}
const timesOf = (arrivals: Arrivals): number[] => all(arrivals).map(({atMs}) => atMs)
const poisson = (rates: readonly RateSegment[], seed: number): Arrivals =>
  poissonArrivalsOf(rates, () => seededRandom(seed))

/** Integral of the rates up to a time: how many requests should have been sent. */
const countAt = (rates: readonly RateSegment[], ms: number): number =>
  rates.reduce((sum, {startMs, endMs, fromPerSecond, toPerSecond}) => {
    if (ms <= startMs) return sum
    const passed = Math.min(ms, endMs) - startMs
    const rateThen = fromPerSecond + ((toPerSecond - fromPerSecond) * passed) / (endMs - startMs)
    return sum + (((fromPerSecond + rateThen) / 2) * passed) / 1000
  }, 0)

const rate = fc.oneof(
  fc.constant(0),
  fc.integer({min: 1, max: 400}),
  fc.double({min: 0.01, max: 90, noNaN: true}),
)

/** Gapless segments with jumps and ramps, also down to zero and up from it. */
const gaplessRates = fc
  .array(fc.record({lengthMs: fc.integer({min: 1, max: 4000}), from: rate, to: rate}), {
    minLength: 1,
    maxLength: 6,
  })
  .map((pieces) => {
    let startMs = 0
    return pieces.map(({lengthMs, from, to}): RateSegment => {
      const segment = {startMs, endMs: startMs + lengthMs, fromPerSecond: from, toPerSecond: to}
      startMs = segment.endMs
      return segment
    })
  })

describe('arrivals', () => {
  it('are evenly spaced at a constant rate, from the start on', () => {
    const times = timesOf(arrivalsOf(constantRate(100, 1000)))
    expect(times).toHaveLength(100)
    times.forEach((time, n) => {
      expect(time).toBeCloseTo(n * 10, 9)
    })
  })

  it('follow the square root of the count on a ramp from zero', () => {
    const times = timesOf(arrivalsOf([{startMs: 0, endMs: 10_000, fromPerSecond: 0, toPerSecond: 20}]))
    expect(times).toHaveLength(100)
    // N(t) = t² for t in seconds.
    times.forEach((time, n) => {
      expect(time).toBeCloseTo(Math.sqrt(n) * 1000, 6)
    })
  })

  it('wait for the end of a pause', () => {
    const rates = [
      ...constantRate(2, 1000),
      {startMs: 1000, endMs: 5000, fromPerSecond: 0, toPerSecond: 0},
      {startMs: 5000, endMs: 6000, fromPerSecond: 2, toPerSecond: 2},
    ]
    expect(timesOf(arrivalsOf(rates))).toEqual([0, 500, 5000, 5500])
  })

  it('lose no request to rates that are not whole in binary', () => {
    const tenths = Array.from({length: 30}, (_, index) => ({
      startMs: index * 1000,
      endMs: (index + 1) * 1000,
      fromPerSecond: 0.1,
      toPerSecond: 0.1,
    }))
    expect(timesOf(arrivalsOf(tenths))).toHaveLength(3)
  })

  it('are none without load', () => {
    expect(timesOf(arrivalsOf([]))).toEqual([])
    expect(timesOf(arrivalsOf(constantRate(0, 1000)))).toEqual([])
    expect(timesOf(poisson(constantRate(0, 1000), 1))).toEqual([])
  })

  it('number the integral of the rate up to any time, rounded up', () => {
    fc.assert(
      fc.property(gaplessRates, fc.double({min: 0, max: 1, noNaN: true}), (rates, share) => {
        const untilMs = share * (rates.at(-1)?.endMs ?? 0)
        const before = timesOf(arrivalsOf(rates)).filter((time) => time < untilMs).length
        expect(Math.abs(before - countAt(rates, untilMs))).toBeLessThanOrEqual(1 + 1e-6)
      }),
    )
  })

  it('never go back, and stay within the plan', () => {
    fc.assert(
      fc.property(gaplessRates, (rates) => {
        const times = timesOf(arrivalsOf(rates))
        const endMs = rates.at(-1)?.endMs ?? 0
        expect(times.every((time, n) => time >= (times[n - 1] ?? 0) && time <= endMs)).toBe(true)
      }),
    )
  })

  it('are due where the cumulative count reaches their number', () => {
    fc.assert(
      fc.property(gaplessRates, (rates) => {
        timesOf(arrivalsOf(rates)).forEach((time, n) => {
          expect(Math.abs(countAt(rates, time) - n)).toBeLessThan(1e-4)
        })
      }),
    )
  })

  it('are the same for the same rates', () => {
    fc.assert(
      fc.property(gaplessRates, (rates) => {
        expect(timesOf(arrivalsOf(rates))).toEqual(timesOf(arrivalsOf(structuredClone(rates))))
      }),
    )
  })
})

describe('parts of a plan', () => {
  const parts = fc.integer({min: 1, max: 9})
  const seed = fc.integer({min: 1, max: 1e6})

  it('hold each arrival once, at its time, and together are the whole', () => {
    const kinds = [(rates: RateSegment[]) => arrivalsOf(rates), poisson]
    fc.assert(
      fc.property(gaplessRates, parts, seed, fc.constantFrom(...kinds), (rates, of, chance, kind) => {
        const whole = kind(rates, chance)
        const split = Array.from({length: of}, (_, index) => all(whole.part(index, of)))
        expect(split.flat().sort((a, b) => a.n - b.n)).toEqual(all(whole))
        expect(
          Math.max(...split.map(({length}) => length)) - Math.min(...split.map(({length}) => length)),
        ).toBeLessThan(2)
      }),
    )
  })

  it('can be split again', () => {
    fc.assert(
      fc.property(gaplessRates, parts, parts, (rates, of, again) => {
        const whole = arrivalsOf(rates)
        const split = Array.from({length: of * again}, (_, index) =>
          all(whole.part(index % of, of).part(Math.floor(index / of), again)),
        )
        expect(split.flat().sort((a, b) => a.n - b.n)).toEqual(all(whole))
      }),
    )
  })
})

describe('Poisson arrivals', () => {
  it('never go back, stay within the plan, and are the same for the same seed', () => {
    fc.assert(
      fc.property(gaplessRates, fc.integer(), (rates, seed) => {
        const times = timesOf(poisson(rates, seed))
        const endMs = rates.at(-1)?.endMs ?? 0
        expect(times.every((time, n) => time >= (times[n - 1] ?? 0) && time <= endMs)).toBe(true)
        expect(timesOf(poisson(rates, seed))).toEqual(times)
      }),
    )
  })

  it('have the counts, the gaps and their variance of a Poisson process', () => {
    const times = timesOf(poisson(constantRate(1000, 100_000), 7))
    // Three standard deviations of a count with mean 100,000.
    expect(Math.abs(times.length - 100_000)).toBeLessThan(950)
    const gaps = times.map((time, n) => time - (times[n - 1] ?? 0))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
    // An exponential distribution has its mean as standard deviation; even gaps would have none.
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1)
    const long = gaps.filter((gap) => gap > 2 * mean).length / gaps.length
    expect(long).toBeCloseTo(Math.exp(-2), 2)
  })

  it('follow the rates', () => {
    const rates = [{startMs: 0, endMs: 100_000, fromPerSecond: 0, toPerSecond: 1000}]
    const times = timesOf(poisson(rates, 3))
    const early = times.filter((time) => time < 50_000).length
    // A quarter of the area lies in the first half of a ramp from zero.
    expect(early / times.length).toBeCloseTo(0.25, 1.7)
  })
})
