import {describe, expect, it} from 'vitest'
import type {Guard} from '../../src/scenarios/scenario.js'
import {guardState, judgeGuard} from '../../src/verdict/guard.js'

const guard: Guard = {name: 'errors', stopWhen: 'x', above: 0.5, forMs: 3000}

/** One observation a second. */
const seen = (...values: (number | undefined)[]) =>
  values.map((value, second) => ({atMs: second * 1000, value}))

describe('guardState', () => {
  it.each([
    ['ok', 'without observations', []],
    ['ok', 'while the limit holds', [0.1, 0.5, 0.2, 0.3, 0.4]],
    ['ok', 'at the limit itself', [0.5, 0.5, 0.5, 0.5, 0.5]],
    ['ok', 'when it has been broken for too short a time', [0.6, 0.6, 0.6]],
    ['tripped', 'when it has been broken for long enough', [0.6, 0.6, 0.6, 0.6]],
    ['ok', 'when a good observation came in between', [0.6, 0.6, 0.1, 0.6, 0.6]],
    ['ok', 'when data stops after a breach', [0.6, undefined, undefined, undefined, undefined]],
    ['ok', 'when there is never any data', [undefined, Number.NaN, undefined, undefined, undefined]],
    ['tripped', 'at the next breach after a gap', [0.6, undefined, Number.NaN, 0.6]],
    ['tripped', 'for good, once it has', [0.6, 0.6, 0.6, 0.6, 0.1]],
  ] as const)('is %s %s', (expected, _, values) => {
    expect(guardState(guard, seen(...values))).toBe(expected)
  })

  it('watches a lower limit too', () => {
    const below: Guard = {name: 'throughput', stopWhen: 'x', below: 10, forMs: 0}
    expect(guardState(below, seen(12, 10))).toBe('ok')
    expect(guardState(below, seen(12, 9))).toBe('tripped')
  })

  it('tells how long the limit has been broken, and how often it was blind', () => {
    expect(judgeGuard(guard, seen(0.1, 0.6, undefined, 0.7))).toEqual({
      state: 'ok',
      brokenForMs: 2000,
      missing: 1,
    })
  })
})
