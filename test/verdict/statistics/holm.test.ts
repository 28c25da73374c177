import {describe, expect, it} from 'vitest'
import {holm} from '../../../src/verdict/statistics/holm.js'

describe("Holm's procedure", () => {
  it.each([
    [
      'rejects the smallest at alpha / n, the next at alpha / (n − 1)',
      [0.01, 0.04, 0.03],
      [true, false, false],
    ],
    ['goes on while each is small enough for its rank', [0.01, 0.02, 0.04], [true, true, true]],
    [
      'stops at the first that is not, though a later one would be',
      [0.02, 0.026, 0.049],
      [false, false, false],
    ],
    ['is a plain test when there is one', [0.05], [true]],
    ['has nothing to reject among none', [], []],
  ])('%s', (_, ps, expected) => {
    expect(holm(ps.map((p) => ({p, alpha: 0.05})))).toEqual(expected)
  })

  it('measures each against its own alpha', () => {
    const small = {p: 0.004, alpha: 0.005}
    expect(holm([small, {p: 0.2, alpha: 0.05}])).toEqual([false, false])
    expect(
      holm([
        {...small, alpha: 0.01},
        {p: 0.2, alpha: 0.05},
      ]),
    ).toEqual([true, false])
  })
})
