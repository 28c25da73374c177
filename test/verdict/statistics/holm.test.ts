import {describe, expect, it} from 'vitest'
import {seededRandom} from '../../../src/system/random.js'
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

  // R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), 'holm') is 0.05 0.08 0.09 0.09 0.09.
  it.each([
    [0.0499, 0],
    [0.05, 1],
    [0.0799, 1],
    [0.08, 2],
    [0.0899, 2],
    [0.09, 5],
  ])("rejects at %f those %d that R's p.adjust is not above", (alpha, rejected) => {
    const tests = [0.01, 0.02, 0.03, 0.04, 0.05].map((p) => ({p, alpha: alpha + 1e-12}))
    expect(holm(tests).filter(Boolean)).toHaveLength(rejected)
  })

  it.each([0, 0.9])(
    'rejects any of ten that hold no more often than alpha, where they share %f',
    (common) => {
      const random = seededRandom(3)
      let wrong = 0
      for (let run = 0; run < 4000; run++) {
        const shared = random.next()
        // Each is uniform, whatever they share.
        const tests = Array.from({length: 10}, () => ({
          p: random.next() < common ? shared : random.next(),
          alpha: 0.05,
        }))
        if (holm(tests).includes(true)) wrong++
      }
      expect(wrong / 4000).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 4000))
    },
  )
})
