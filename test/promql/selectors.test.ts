import {describe, expect, it} from 'vitest'
import {matches, PromqlError, parseSelector, selectorsOf} from '../../src/promql/index.js'

const minuteMs = 60_000

describe('selectorsOf', () => {
  it.each([
    ['up', {readsLookback: true}],
    ['up[5m]', {rangeMs: 5 * minuteMs, readsLookback: false}],
    ['rate(up[5m] offset 1m)', {rangeMs: 6 * minuteMs, readsLookback: false}],
    ['up offset -2m', {aheadMs: 2 * minuteMs, readsLookback: true}],
    ['max_over_time(rate(up[5m])[30m:1m] offset 10m)', {rangeMs: 45 * minuteMs, readsLookback: false}],
    ['max_over_time(up[30m:])', {rangeMs: 30 * minuteMs, readsLookback: true}],
    ['sum(rate(up[5m] @ 100))', {rangeMs: 5 * minuteMs, at: 100_000, readsLookback: false}],
    ['max_over_time(rate(up[5m] @ end())[30m:])', {rangeMs: 5 * minuteMs, at: 'end', readsLookback: false}],
    ['max_over_time(rate(up[5m])[30m:] @ 60)', {rangeMs: 35 * minuteMs, at: minuteMs, readsLookback: false}],
  ])('%s needs the right reach', (expression, reach) => {
    expect(selectorsOf(expression)).toEqual([
      {text: 'up', matchers: [{label: '__name__', op: '=', value: 'up'}], ...reach},
    ])
  })

  it('finds every selector, in order, with its plain text', () => {
    const found = selectorsOf('sum(rate(a{x="1"}[5m])) / on(y) (b or -c{z!~"q.*"}) > topk(scalar(k), d)')
    expect(found.map(({text}) => text)).toEqual(['a{x="1"}', 'b', 'c{z!~"q.*"}', 'k', 'd'])
  })
})

describe('parseSelector', () => {
  it('reads all kinds of matchers, and quoted names', () => {
    expect(parseSelector('{"http.requests", a!="b", "c.d"=~"e|f", g!~`h`}')).toEqual([
      {label: '__name__', op: '=', value: 'http.requests'},
      {label: 'a', op: '!=', value: 'b'},
      {label: 'c.d', op: '=~', value: 'e|f'},
      {label: 'g', op: '!~', value: 'h'},
    ])
  })

  it.each(['sum(up)', 'up[5m]', 'up offset 5m', '1'])('refuses %s', (text) => {
    expect(() => parseSelector(text)).toThrow(PromqlError)
  })
})

describe('matches', () => {
  it.each([
    ['up{a="b"}', true],
    ['up{a="c"}', false],
    ['up{a!="c"}', true],
    ['up{missing=""}', true],
    ['up{missing!=""}', false],
    ['up{a=~"b|c"}', true],
    ['up{a=~"."}', true],
    ['up{a!~"b.+"}', true],
    ['down', false],
  ])('%s: %s', (selector, expected) => {
    expect(matches({__name__: 'up', a: 'b'}, parseSelector(selector))).toBe(expected)
  })
})
