import {describe, expect, it} from 'vitest'
import {closest, orKnown} from '../../src/scenarios/suggest.js'

const known = ['objectives', 'name', 'latency', 'kill', 'get', 'post']

describe('closest', () => {
  it.each([
    ['objektives', 'objectives'],
    ['Name', 'name'],
    ['latancy', 'latency'],
    ['gett', 'get'],
    ['psot', 'post'],
    ['kil', 'kill'],
    ['explode', undefined],
    ['xyz', undefined],
    ['', undefined],
  ])('takes "%s" for %s', (word, expected) => {
    expect(closest(word, known)).toBe(expected)
  })

  it('prefers the nearest of several', () => {
    expect(closest('order->paymnt', ['order->payments', 'order->payment'])).toBe('order->payment')
  })
})

describe('orKnown', () => {
  it('suggests, or else lists what there is', () => {
    expect(orKnown('naem', known)).toBe(': did you mean "name"?')
    expect(orKnown('zzz', ['a', 'b'])).toBe(' (known: a, b)')
    expect(orKnown('zzz', [])).toBe('')
  })
})
