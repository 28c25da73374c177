import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {type Arrivals, arrivalsOf} from '../../../src/engines/pacer/arrivals.js'
import type {RateSegment} from '../../../src/plan/plan.js'
import {constantRate} from '../../fakes/engine-plan.js'

const timesOf = ({count, atMs}: Arrivals): number[] => Array.from({length: count}, (_, n) => atMs(n))

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
    expect(arrivalsOf(tenths).count).toBe(3)
  })

  it('are none without load', () => {
    expect(arrivalsOf([]).count).toBe(0)
    expect(arrivalsOf(constantRate(0, 1000)).count).toBe(0)
    expect(() => arrivalsOf(constantRate(1, 1000)).atMs(1)).toThrow(RangeError)
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
