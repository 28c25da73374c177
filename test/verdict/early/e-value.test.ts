import {describe, expect, it} from 'vitest'
import {seededRandom} from '../../../src/system/random.js'
import {edgeOf, logShowsFewer, logShowsMore} from '../../../src/verdict/early/e-value.js'

const choose = (n: number, k: number): number =>
  Array.from({length: k}, (_, i) => (n - i) / (i + 1)).reduce((product, factor) => product * factor, 1)

/** What an e-value comes to on average over all outcomes of so many events, each bad with this chance. */
const expected = (e: typeof logShowsFewer, total: number, chance: number, limit: number): number =>
  Array.from({length: total + 1}, (_, bad) => bad).reduce(
    (sum, bad) =>
      sum +
      choose(total, bad) * chance ** bad * (1 - chance) ** (total - bad) * Math.exp(e({bad, total}, limit)),
    0,
  )

describe('the e-values of a share', () => {
  it.each([
    [1, 0.1],
    [20, 0.1],
    [40, 0.5],
    [40, 0.01],
  ])('that for fewer is worth 1 on average at the limit: %d events, limit %d', (total, limit) => {
    expect(expected(logShowsFewer, total, limit, limit)).toBeCloseTo(1, 9)
  })

  it.each([
    [20, 0.1],
    [40, 0.5],
    [40, 0.01],
  ])(
    'that for more is worth at most 1 at the limit, less where nothing bad came: %d events, %d',
    (total, limit) => {
      expect(expected(logShowsMore, total, limit, limit)).toBeLessThanOrEqual(1)
    },
  )

  it('neither is worth more than 1 on the far side of the limit', () => {
    expect(expected(logShowsFewer, 30, 0.2, 0.1)).toBeLessThan(1)
    expect(expected(logShowsMore, 30, 0.05, 0.1)).toBeLessThan(1)
  })

  it('are what the integrals come to by hand for one event', () => {
    // (1/2√q) ∫ p^(−1/2) (1 − p) dp from 0 to q, over 1 − q
    expect(Math.exp(logShowsFewer({bad: 0, total: 1}, 0.1))).toBeCloseTo((1 - 0.1 / 3) / 0.9, 12)
    // (1/−ln q) ∫ dp from q to 1, over q
    expect(Math.exp(logShowsMore({bad: 1, total: 1}, 0.1))).toBeCloseTo(0.9 / (-0.1 * Math.log(0.1)), 12)
  })

  it('say nothing before there is anything, and all where a limit cannot be kept', () => {
    expect(logShowsFewer({bad: 0, total: 0}, 0.01)).toBe(0)
    expect(logShowsMore({bad: 0, total: 1e6}, 0.01)).toBe(Number.NEGATIVE_INFINITY)
    expect(logShowsMore({bad: 1, total: 1e6}, 0)).toBe(Number.POSITIVE_INFINITY)
    expect(logShowsFewer({bad: 1, total: 1e6}, 0)).toBe(0)
  })

  it('need so many good events without a bad one: a few more than a test that is looked at once', () => {
    const needed = (limit: number): number => {
      for (let total = 1; ; total++) if (logShowsFewer({bad: 0, total}, limit) >= Math.log(40)) return total
    }
    // Without a bad event a single look needs ln(40) / limit = 369.
    expect(needed(0.01)).toBeGreaterThan(369)
    expect(needed(0.01)).toBeLessThan(2 * 369)
  })
})

describe('a confidence sequence', () => {
  it('holds the true share at every look at once, as often as it says', () => {
    const random = seededRandom(7)
    const alpha = 0.05
    let missed = 0
    for (let run = 0; run < 200; run++) {
      let bad = 0
      let out = false
      for (let total = 1; total <= 600 && !out; total++) {
        if (random.next() < 0.03) bad++
        if (total % 5 > 0) continue
        // The edges are those of the tests: asking them is quicker than looking for the edges.
        const [more, fewer] = [logShowsMore({bad, total}, 0.03), logShowsFewer({bad, total}, 0.03)]
        out = Math.max(more, fewer) >= -Math.log(alpha)
      }
      if (out) missed++
    }
    expect(missed / 200).toBeLessThanOrEqual(2 * alpha)
  })

  it('ends where its tests begin to reject', () => {
    const counted = {bad: 12, total: 900}
    const low = edgeOf(0, 12 / 900, (share) => logShowsMore(counted, share) >= Math.log(40))
    const high = edgeOf(1, 12 / 900, (share) => logShowsFewer(counted, share) >= Math.log(40))
    expect(low).toBeLessThan(12 / 900)
    expect(high).toBeGreaterThan(12 / 900)
    expect(logShowsMore(counted, low)).toBeCloseTo(Math.log(40), 6)
    expect(logShowsFewer(counted, high)).toBeCloseTo(Math.log(40), 6)
  })
})
