import {describe, expect, it} from 'vitest'
import {differenceOf, findingOf} from '../../../src/verdict/statistics/difference.js'

describe('the difference of two estimates', () => {
  it("is Newcombe's when both are shares with score intervals", () => {
    // Newcombe 1998, table II, example (a): 56/70 − 48/80, score intervals; his method 10 gives 0.0524 to 0.3339.
    const a = {value: 48 / 80, low: 0.4904, high: 0.7004}
    const b = {value: 56 / 70, low: 0.6921, high: 0.8772}
    const {value, low, high} = differenceOf(a, b)
    expect(value).toBeCloseTo(0.2, 10)
    expect(low).toBeCloseTo(0.0524, 3)
    expect(high).toBeCloseTo(0.3339, 3)
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
