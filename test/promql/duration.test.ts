import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {durationText, parseDuration} from '../../src/promql/index.js'

describe('durationText', () => {
  it.each([
    [0, '0s'],
    [1, '1ms'],
    [1500, '1s500ms'],
    [90_000, '1m30s'],
    [3_600_000, '1h'],
    [21_600_000, '6h'],
    [86_400_000, '1d'],
    [1_296_000_000, '15d'],
    [90_061_000, '25h1m1s'],
    [604_800_000, '1w'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })

  it('writes what PromQL reads as the same length', () => {
    fc.assert(
      fc.property(fc.nat(), (ms) => {
        expect(parseDuration(durationText(ms))).toBe(ms)
      }),
    )
  })
})
