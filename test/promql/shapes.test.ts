import {describe, expect, it} from 'vitest'
import {counterShape, quotient, withRange} from '../../src/promql/shapes.js'

describe('the counters behind an expression', () => {
  it.each([
    ['x_total{code="200"}', {selector: 'x_total{code="200"}', of: 'value'}],
    ['sum(x_total)', {selector: 'x_total', of: 'value'}],
    ['sum(rate(x_total{a=~"[0-9]+"}[5m]))', {selector: 'x_total{a=~"[0-9]+"}', of: 'growth'}],
    ['increase(x_total[1h])', {selector: 'x_total', of: 'growth'}],
    ['((sum((rate((x_total)[5m])))))', undefined],
    ['(sum((rate(x_total[5m]))))', {selector: 'x_total', of: 'growth'}],
    ['sum(rate(x_total[5m])) or vector(0)', {selector: 'x_total', of: 'growth'}],
    ['sum by (job) (rate(x_total[5m]))', {selector: 'x_total', of: 'growth', grouping: 'by (job)'}],
    ['sum(rate(x_total[5m])) without (pod)', {selector: 'x_total', of: 'growth', grouping: 'without (pod)'}],
    ['sum(irate(x_total[5m]))', undefined],
    ['sum(rate(x_total[5m] offset 1h))', undefined],
    ['x_total @ end()', undefined],
    ['rate(sum(x_total)[5m:1m])', undefined],
    ['max(x_total)', undefined],
    ['sum(rate(x_total[5m])) * 60', undefined],
    ['sum(rate(x_total[5m])) or vector(1)', undefined],
  ])('%s', (expression, expected) => {
    let found: unknown
    try {
      found = counterShape(expression)
    } catch {
      found = undefined
    }
    expect(found).toEqual(expected)
  })

  it('are told apart on the two sides of a quotient', () => {
    expect(quotient('(sum(rate(a[5m])) / sum(b))')).toEqual({part: 'sum(rate(a[5m]))', whole: 'sum(b)'})
    expect(quotient('a / on(job) b')).toBeUndefined()
    expect(quotient('a - b')).toBeUndefined()
  })
})

describe('another range in place of those of an expression', () => {
  it('takes the place of each of them, and of nothing else in brackets', () => {
    expect(withRange('sum(rate(a{x=~"[0-9]"}[5m])) / max_over_time(b[1h])', '$phase')).toBe(
      'sum(rate(a{x=~"[0-9]"}[$phase])) / max_over_time(b[$phase])',
    )
  })

  it.each(['max_over_time(a[5m:1m])', 'rate(a[5m] offset 1h)', 'a @ 0', 'a offset 5m'])(
    'cannot be put into %s, which reads other times',
    (expression) => {
      expect(() => withRange(expression, '$phase')).toThrow(/beyond the phase/)
    },
  )
})
