import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {expectedRequests, rateAt, ratesOf} from '../../src/plan/rates.js'
import type {Profile} from '../../src/scenarios/scenario.js'

/** `startMs-endMs from→to`, to keep tables readable. */
const drawn = (profile: Profile, durationMs: number): string[] =>
  ratesOf(profile, durationMs).map(
    ({startMs, endMs, fromPerSecond, toPerSecond}) => `${startMs}-${endMs} ${fromPerSecond}→${toPerSecond}`,
  )

const ramp = (durationMs?: number): Profile => ({
  kind: 'ramp',
  fromPerSecond: 10,
  toPerSecond: 110,
  ...(durationMs === undefined ? {} : {durationMs}),
})
const steps: Profile = {
  kind: 'steps',
  steps: [
    {ratePerSecond: 50, durationMs: 1000},
    {ratePerSecond: 80, durationMs: 2000},
  ],
}
const spike: Profile = {kind: 'spike', basePerSecond: 50, peakPerSecond: 300, atMs: 2000, durationMs: 500}

describe('rates over time', () => {
  it.each<[string, Profile, number, string[]]>([
    ['a constant rate', {kind: 'constant', ratePerSecond: 120}, 5000, ['0-5000 120→120']],
    [
      'a log, without load where it has none and after its end',
      {kind: 'replay', perSecond: [3, 0, 5], speed: 1},
      5000,
      ['0-1000 3→3', '1000-2000 0→0', '2000-3000 5→5', '3000-5000 0→0'],
    ],
    [
      'a log that the run cuts off',
      {kind: 'replay', perSecond: [3, 4], speed: 1},
      1500,
      ['0-1000 3→3', '1000-1500 4→4'],
    ],
    ['a ramp over the whole run', ramp(), 5000, ['0-5000 10→110']],
    ['a ramp that ends early, then holds', ramp(2000), 5000, ['0-2000 10→110', '2000-5000 110→110']],
    ['a ramp that the end cuts off', ramp(10_000), 5000, ['0-5000 10→60']],
    ['steps, the last of which holds', steps, 5000, ['0-1000 50→50', '1000-3000 80→80', '3000-5000 80→80']],
    ['steps that the end cuts off', steps, 1500, ['0-1000 50→50', '1000-1500 80→80']],
    ['a spike', spike, 5000, ['0-2000 50→50', '2000-2500 300→300', '2500-5000 50→50']],
    ['a spike at the start', {...spike, atMs: 0}, 5000, ['0-500 300→300', '500-5000 50→50']],
    [
      'a soak that rises first',
      {kind: 'soak', ratePerSecond: 80, rampMs: 1000},
      5000,
      ['0-1000 0→80', '1000-5000 80→80'],
    ],
    ['a soak at once', {kind: 'soak', ratePerSecond: 80, rampMs: 0}, 5000, ['0-5000 80→80']],
    [
      'a rise to where something breaks',
      {kind: 'breakpoint', fromPerSecond: 0, toPerSecond: 100, durationMs: 4000},
      5000,
      ['0-4000 0→100', '4000-5000 100→100'],
    ],
    ['a spike after the end', {...spike, atMs: 9000}, 5000, ['0-5000 50→50']],
  ])('%s', (_, profile, durationMs, expected) => {
    expect(drawn(profile, durationMs)).toEqual(expected)
  })

  const perSecond = fc.integer({min: 0, max: 1000})
  const lengthMs = fc.integer({min: 1, max: 100_000})
  const anyProfile: fc.Arbitrary<Profile> = fc.oneof(
    fc.record({kind: fc.constant('constant' as const), ratePerSecond: perSecond}),
    fc.record({
      kind: fc.constant('ramp' as const),
      fromPerSecond: perSecond,
      toPerSecond: perSecond,
      durationMs: lengthMs,
    }),
    fc.record({
      kind: fc.constant('steps' as const),
      steps: fc.array(fc.record({ratePerSecond: perSecond, durationMs: lengthMs}), {
        minLength: 1,
        maxLength: 5,
      }),
    }),
    fc.record({
      kind: fc.constant('spike' as const),
      basePerSecond: perSecond,
      peakPerSecond: perSecond,
      atMs: fc.nat(100_000),
      durationMs: lengthMs,
    }),
  )

  it('are gapless, have no empty segment, and cover the run', () => {
    fc.assert(
      fc.property(anyProfile, lengthMs, (profile, durationMs) => {
        const rates = ratesOf(profile, durationMs)
        expect(rates.at(0)?.startMs).toBe(0)
        expect(rates.at(-1)?.endMs).toBe(durationMs)
        for (const [index, {startMs, endMs, fromPerSecond, toPerSecond}] of rates.entries()) {
          expect(endMs).toBeGreaterThan(startMs)
          expect(startMs).toBe(index === 0 ? 0 : rates[index - 1]?.endMs)
          expect(Math.min(fromPerSecond, toPerSecond)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('add up to the same number of requests however the run is cut', () => {
    fc.assert(
      fc.property(
        anyProfile,
        lengthMs,
        fc.double({min: 0, max: 1, noNaN: true}),
        (profile, durationMs, share) => {
          const rates = ratesOf(profile, durationMs)
          const cutMs = share * durationMs
          const parts = expectedRequests(rates, 0, cutMs) + expectedRequests(rates, cutMs)
          expect(parts).toBeCloseTo(expectedRequests(rates), 4)
        },
      ),
    )
  })
})

describe('expected requests', () => {
  it.each<[string, Profile, number | undefined, number | undefined, number]>([
    ['of a constant rate', {kind: 'constant', ratePerSecond: 120}, undefined, undefined, 600],
    ['of a ramp', ramp(), undefined, undefined, 300],
    ['of the first half of a ramp', ramp(), 0, 2500, 87.5],
    ['of a window across a spike', spike, 1900, 2600, 160],
    ['of a window outside the run', spike, 6000, 7000, 0],
  ])('%s', (_, profile, fromMs, toMs, expected) => {
    expect(expectedRequests(ratesOf(profile, 5000), fromMs, toMs)).toBeCloseTo(expected, 9)
  })
})

describe('a rate', () => {
  const rates = ratesOf({kind: 'ramp', fromPerSecond: 0, toPerSecond: 100, durationMs: 10_000}, 20_000)

  it('stands on the line of its segment', () => {
    expect([0, 2500, 9999.9, 15_000].map((atMs) => Math.round(rateAt(rates, atMs)))).toEqual([
      0, 25, 100, 100,
    ])
  })

  it('is none outside the plan', () => {
    expect(rateAt(rates, -1)).toBe(0)
    expect(rateAt(rates, 20_000)).toBe(0)
  })
})
