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

  it.each([
    ['\\s', '\u00a0', false],
    ['\\s', '\v', false],
    ['\\d+', '١', false],
    ['\\w', 'é', false],
    ['(?i)k', '\u212a', true],
    ['(?i)[^k]', '\u212a', false],
    ['(?i)straße', 'STRAẞE', true],
    ['[^a]', '\n', true],
    ['[[:^digit:]x]+', 'ax', true],
    ['[^\\D]', '7', true],
    ['[^\\pL]+', '12', true],
    ['[a-]+', '-a', true],
    ['\\101\\x42\\07', 'AB\u0007', true],
    ['\\Qab\\E+', 'abb', true],
    ['\\Qab\\E+', 'abab', false],
    ['(?m)a$\n^b', 'a\nb', true],
    ['a\\b.b', 'a b', true],
    ['a\\b.b', 'axb', false],
    ['x{0}y', 'y', true],
    ['a{,2}', 'a{,2}', true],
    ['(a|)(b|)', '', true],
    ['()*a', 'a', true],
    // A byte that is no UTF-8 is one character to RE2.
    ['a.b', 'a\udc80b', true],
    ['a[\ufffd]b', 'a\udc80b', true],
    ['..', '😀', false],
  ])('reads %j as RE2 does: on %j %s', (pattern, value, matching) => {
    expect(anchored(pattern).test(value)).toBe(matching)
  })

  it.each([
    ['(a)(b)?', 'a', ['a', 'a', undefined]],
    ['(a*)(a*)', 'aaa', ['aaa', 'aaa', '']],
    ['(a*?)(a*)', 'aaa', ['aaa', '', 'aaa']],
    ['(?U)(a*)(a*)', 'aaa', ['aaa', '', 'aaa']],
    ['(a|ab)(c|bcd)?', 'abcd', ['abcd', 'a', 'bcd']],
    ['(a|b)+', 'ab', ['ab', 'b']],
    ['(.*?){2,}', 'ac', ['ac', 'ac']],
    ['([ab]*?)*?\\w', 'aba', ['aba', 'ab']],
    ['(😀)(.)', '😀é', ['😀é', '😀', 'é']],
    ['b', 'a', undefined],
  ])('finds what the groups of %j hold in %j', (pattern, value, groups) => {
    expect(anchored(pattern).match(value)?.groups).toEqual(groups)
  })

  it('finds groups by name', () => {
    const match = anchored('(?P<verb>\\w+) (?<path>.*)').match('GET /')
    expect(['verb', 'path', 'other', '__proto__'].map((name) => match?.named(name))).toEqual([
      'GET',
      '/',
      undefined,
      undefined,
    ])
  })

  it.each([
    ['(a+)+$', 'a'],
    ['(a|aa)+b', 'a'],
    ['(x+x+)+y', 'x'],
    ['(.*)*(.*)*(.*)*z', 'a'],
    ['(a?){500}a{500}', 'a'],
    ['((a{0,20}){20})*b', 'a'],
  ])('answers in a time that grows with the text: %s', (pattern, char) => {
    // A search that goes back would not end before the sun does.
    expect(anchored(pattern).test(`${char.repeat(20_000)}!`)).toBe(false)
    expect(anchored(`(${pattern})(.)?`).match(`${char.repeat(500)}!?`)).toBeUndefined()
  })

  it('takes alternatives by the thousand', () => {
    const values = Array.from({length: 5000}, (_, index) => `/users/${index}`)
    const plain = anchored(values.join('|'))
    const open = anchored(values.map((value) => `${value}/?`).join('|'))
    expect([plain.test('/users/4999'), plain.test('/users/5000')]).toEqual([true, false])
    expect([open.test('/users/4999/'), open.test('/users/5000/')]).toEqual([true, false])
    expect(anchored(`(${values.join('|')})`).match('/users/17')?.groups[1]).toBe('/users/17')
  })

  it.each([
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?!a)', 'invalid or unsupported Perl syntax: `(?!`'],
    ['(?<=a)b', 'invalid named capture: `(?<=a)b`'],
    ['(?P<a-b>c)', 'invalid named capture: `(?P<a-b>`'],
    ['(?i-)a', 'invalid or unsupported Perl syntax: `(?i-)`'],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['\\y', 'invalid escape sequence: `\\y`'],
    ['\\x{110000}', 'invalid escape sequence: `\\x{110000`'],
    ['\\xg1', 'invalid escape sequence: `\\xg1`'],
    ['\\', 'trailing backslash at end of expression: ``'],
    ['(', 'missing closing ): `(`'],
    [')', 'unexpected ): `)`'],
    ['[a', 'missing closing ]: `[a`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['[[:foo:]]', 'invalid character class range: `[:foo:]`'],
    ['\\p{Nonsense}', 'invalid character class range: `\\p{Nonsense}`'],
    ['*a', 'missing argument to repetition operator: `*`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['a{2}{3}', 'invalid nested repetition operator: `{2}{3}`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['a{3,2}', 'invalid repeat count: `{3,2}`'],
    ['(a{100}){11}', 'invalid repeat count: `{11}`'],
    ['('.repeat(1002) + ')'.repeat(1002), 'expression nests too deeply'],
    [`(${'[a-z]'.repeat(800)}){1000}`, 'expression too large'],
  ])('refuses %j in the words of Prometheus', (pattern, message) => {
    expect(() => anchored(pattern)).toThrow(message)
  })
})
