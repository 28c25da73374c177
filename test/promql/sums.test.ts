import {describe, expect, it} from 'vitest'
import {formatNumber} from '../../src/promql/format.js'
import {quantileOf, sorted} from '../../src/promql/quantile.js'
import {meanOf, sumOf} from '../../src/promql/sums.js'

describe('sumOf and meanOf', () => {
  it.each([
    ['lose nothing to a large value that cancels out', [1, 1e100, 1, -1e100], 2, 0.5],
    [
      'are infinite with an infinite value',
      [1, Number.POSITIVE_INFINITY, 2],
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ],
    [
      'are NaN with both infinities',
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      Number.NaN,
      Number.NaN,
    ],
    ['keep the mean of values whose sum overflows', [1.5e308, 1.5e308], Number.POSITIVE_INFINITY, 1.5e308],
    ['are exact for equal values', [0.1, 0.1, 0.1], 0.1 * 3, 0.1],
  ])('%s', (_behaviour, values, sum, mean) => {
    const closeTo = (wanted: number) => (Number.isFinite(wanted) ? expect.closeTo(wanted, 12) : wanted)
    expect([sumOf(values, 0, values.length), meanOf(values, 0, values.length)]).toEqual([closeTo(sum), mean])
  })
})

describe('quantileOf', () => {
  it.each([
    [0.5, [3, 1, 2], 2],
    [0.25, [0, 4], 1],
    [0, [3, 1], 1],
    [1, [3, 1], 3],
    [1, [Number.NaN, 1], 1],
    [0, [Number.NaN, 1], Number.NaN],
    [0.5, [], Number.NaN],
  ])('the %d-quantile of %j is %d', (q, values, expected) => {
    expect(quantileOf(q, sorted(values))).toBe(expected)
  })
})

describe('formatNumber', () => {
  it.each([
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
    [-2.5, '-2.5'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NaN, 'NaN'],
  ])('writes %d in full', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })
})
