import {describe, expect, it} from 'vitest'
import {anchored} from '../../src/promql/regex.js'

describe('anchored', () => {
  it.each([
    ['ab', 'ab', true],
    ['ab', 'xab', false],
    ['a|b', 'ab', false],
    ['a.c', 'a\nc', true],
    ['(?-s:a.c)', 'a\nc', false],
    ['(?i)AbC', 'aBc', true],
    ['(?i:PRO).*', 'production', true],
    ['(?i:PRO)D', 'prod', false],
    ['((?i)PRO)d', 'prod', true],
    ['(?i)[a-c]+[^x]', 'ABY', true],
    ['(?i)[a-c]+[^x]', 'ABX', false],
    ['(?P<word>\\w+)-\\d{2,3}', 'abc-12', true],
    ['[[:alpha:]_]+', 'a_B', true],
    ['[[:digit:]]+', '12a', false],
    ['\\Qa.b\\E+', 'a.bbb', true],
    ['\\Qa.b\\E+', 'axb', false],
    ['a\\-b', 'a-b', true],
    ['a/b', 'a/b', true],
    ['\\p{Greek}+', 'λ', true],
    ['\\pL+', 'é1', false],
    ['\\x{1F600}', '😀', true],
    ['.', '😀', true],
    ['\\Aab\\z', 'ab', true],
    ['a{2}', 'aa', true],
    ['a{x}', 'a{x}', true],
    ['[]a]+', 'a]', true],
    ['a$', 'a', true],
    ['', '', true],
    ['5..', '503', true],
  ])('%j on %j: %s', (pattern, value, matching) => {
    expect(anchored(pattern).test(value)).toBe(matching)
  })

  it.each(['(?=a)', '(?!a)', '(?<=a)b', '(a)\\1', '(', ')', 'a**', '[a', '\\y', '\\'])(
    'refuses %s as RE2 does',
    (pattern) => {
      expect(() => anchored(pattern)).toThrow()
    },
  )
})
