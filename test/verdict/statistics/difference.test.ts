import {describe, expect, it} from 'vitest'
import {differenceOf, type Estimate, findingOf} from '../../../src/verdict/statistics/difference.js'
import {clopperPearson} from '../../../src/verdict/statistics/interval.js'

const z = 1.959963984540054

/** Wilson's score interval at 95 %. */
const score = (good: number, total: number): Estimate => {
  const value = good / total
  const middle = (value + (z * z) / (2 * total)) / (1 + (z * z) / total)
  const half = (z * Math.sqrt((value * (1 - value) + (z * z) / (4 * total)) / total)) / (1 + (z * z) / total)
  return {value, low: middle - half, high: middle + half}
}

/** The chance of each count among so many. */
const chances = (total: number, share: number): number[] => {
  let chance = (1 - share) ** total
  return Array.from({length: total + 1}, (_, good) => {
    const own = chance
    chance *= ((total - good) / (good + 1)) * (share / (1 - share))
    return own
  })
}

const exact = (total: number, confidence: number): Estimate[] =>
  Array.from({length: total + 1}, (_, good) => ({
    value: good / total,
    ...clopperPearson(good, total, confidence),
  }))

describe('the difference of two estimates', () => {
  // Newcombe 1998, table II, method 10, which takes the score interval of each share.
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
  ])("of %d of %d less %d of %d is Newcombe's", (b, ofB, a, ofA, low, high) => {
    const difference = differenceOf(score(a, ofA), score(b, ofB))
    expect(difference.value).toBeCloseTo(b / ofB - a / ofA, 12)
    expect(difference.low).toBeCloseTo(low, 4)
    expect(difference.high).toBeCloseTo(high, 4)
  })

  it.each([
    [0.02, 0.02, 0.95],
    [0.05, 0.15, 0.95],
    [0.3, 0.25, 0.9],
    [0.01, 0.08, 0.99],
  ])('covers that of %f and %f at %f or more, over all that can be counted', (p, q, confidence) => {
    const [chancesA, chancesB] = [chances(50, p), chances(40, q)]
    const [estimatesA, estimatesB] = [exact(50, confidence), exact(40, confidence)]
    let covered = 0
    for (const [at, a] of estimatesA.entries())
      for (const [to, b] of estimatesB.entries()) {
        const {low, high} = differenceOf(a, b)
        if (low <= q - p && q - p <= high) covered += (chancesA[at] ?? 0) * (chancesB[to] ?? 0)
      }
    expect(covered).toBeGreaterThanOrEqual(confidence)
  })

  it.each([
    ['same', {low: -0.01, high: 0.02}],
    ['same', {low: 0.005, high: 0.02}],
    ['worse', {low: 0.005, high: 0.2}],
    ['better', {low: -0.2, high: -0.01}],
    ['cannot tell', {low: -0.2, high: 0.2}],
  ] as const)('is %s within a margin of 0.03 for %o', (finding, interval) => {
    expect(findingOf(interval, 0.03)).toBe(finding)
  })
})
