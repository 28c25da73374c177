import {describe, expect, it} from 'vitest'
import {type Expression, formatExpression, parse} from '../../../src/promql/index.js'
import {sharedExpressions} from '../../contracts/promql-expressions.js'

/** The tree without its places in the text. */
const meaning = ({root}: Expression): string =>
  JSON.stringify(root, (key, value) => {
    if (key === 'from' || key === 'to') return undefined
    // Matchers are printed in order.
    if (key === 'matchers') return JSON.stringify([...value].map((one) => JSON.stringify(one)).sort())
    return typeof value === 'number' ? String(value) : value
  })

describe('formatExpression', () => {
  it.each(sharedExpressions)('keeps the meaning of $expression', ({expression}) => {
    const once = formatExpression(parse(expression))
    expect(formatExpression(parse(once))).toBe(once)
    // `- 3` and `-3` are one number when printed.
    if (!/[-+]\s*[\d(-]|Inf/.test(expression)) expect(meaning(parse(once))).toBe(meaning(parse(expression)))
  })

  it.each([
    ['{"a.b",c="d"}', '{__name__="a.b",c="d"}'],
    ['sum by ("a.b", c) (x)', 'sum by ("a.b", c) (x)'],
    ['a * on ("x.y") group_left ("z é") b', 'a * on ("x.y") group_left ("z é") b'],
    ['a / ignoring () group_left b', 'a / ignoring () group_left () b'],
    ['"\\x00\\x7f\\xff\\u200b\\U0001f600"', '"\\x00\\x7f\\xff\\u200b😀"'],
    ['- 1h', '-1h'],
    ['a[5m] offset -1h30m', 'a[5m] offset -1h30m'],
  ])('prints %s as what can be read again', (expression, text) => {
    expect(formatExpression(parse(expression))).toBe(text)
    expect(formatExpression(parse(text))).toBe(text)
  })

  it('splits what is longer than a line, level by level', () => {
    const long = `sum(rate(${'x'.repeat(60)}[5m])) / sum(rate(${'y'.repeat(60)}[5m]))`
    expect(formatExpression(parse(`-abs(${long})`)).split('\n')).toEqual([
      '-abs(',
      `    sum(rate(${'x'.repeat(60)}[5m]))`,
      '  /',
      `    sum(rate(${'y'.repeat(60)}[5m]))`,
      ')',
    ])
  })
})
