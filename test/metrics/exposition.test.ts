import {describe, expect, it} from 'vitest'
import {type Dialect, parseExposition} from '../../src/metrics/exposition.js'
import {parseSeriesText} from '../../src/metrics/exposition-labels.js'

const parse = (body: string, dialect: Dialect = 'prometheus') =>
  parseExposition(body, dialect, parseSeriesText)

const good: [title: string, line: string, labels: Record<string, string>, value: number, tMs?: number][] = [
  ['a bare name', 'up 1', {__name__: 'up'}, 1],
  ['labels', 'a{b="c",d="e"} 2.5', {__name__: 'a', b: 'c', d: 'e'}, 2.5],
  ['blanks wherever they may be', '  a { b = "c" , d="e" , }\t 3  ', {__name__: 'a', b: 'c', d: 'e'}, 3],
  ['empty braces', 'a{} 1', {__name__: 'a'}, 1],
  ['colons in a name', 'job:a:rate5m 1', {__name__: 'job:a:rate5m'}, 1],
  ['escapes', String.raw`a{b="x\"y\\z\nw"} 1`, {__name__: 'a', b: 'x"y\\z\nw'}, 1],
  ['a brace, a blank and a hash inside quotes', 'a{b="} # {"} 1', {__name__: 'a', b: '} # {'}, 1],
  ['a backslash before the closing quote', String.raw`a{b="c:\\"} 1`, {__name__: 'a', b: 'c:\\'}, 1],
  ['an empty label', 'a{b=""} 1', {__name__: 'a', b: ''}, 1],
  ['other alphabets in a value', 'a{b="Ägypten 東京"} 1', {__name__: 'a', b: 'Ägypten 東京'}, 1],
  ['a quoted name', '{"http.requests",b="c"} 1', {__name__: 'http.requests', b: 'c'}, 1],
  ['a quoted label', 'a{"b.c"="d"} 1', {__name__: 'a', 'b.c': 'd'}, 1],
  [
    'a label called __proto__',
    'a{__proto__="b"} 1',
    Object.fromEntries([
      ['__name__', 'a'],
      ['__proto__', 'b'],
    ]),
    1,
  ],
  ['an exponent', 'a 1.5e+09', {__name__: 'a'}, 1.5e9],
  ['a negative number', 'a -0.25', {__name__: 'a'}, -0.25],
  ['no digits after the point', 'a 12.', {__name__: 'a'}, 12],
  ['NaN', 'a NaN', {__name__: 'a'}, Number.NaN],
  ['+Inf', 'a +Inf', {__name__: 'a'}, Number.POSITIVE_INFINITY],
  ['-inf', 'a -inf', {__name__: 'a'}, Number.NEGATIVE_INFINITY],
  ['a timestamp', 'a 1 1700000000123', {__name__: 'a'}, 1, 1_700_000_000_123],
  ['a negative timestamp', 'a 1 -5', {__name__: 'a'}, 1, -5],
  ['an exemplar', 'a{le="1"} 4 # {trace_id="x y"} 0.5 1700000000.1', {__name__: 'a', le: '1'}, 4],
]

const bad: [title: string, body: string, message: RegExp][] = [
  ['no value', 'a 1\nb\n', /^line 2: expected a number, found ""$/],
  ['a word for a value', 'a one\n', /^line 1: expected a number, found "one"$/],
  ['a hexadecimal value', 'a 0x10\n', /^line 1: expected a number, found "0x10"$/],
  ['a value with a carriage return', 'a 1\r\n', /^line 1: expected a number/],
  ['labels that are not closed', '\n# TYPE a counter\na{b="c" 1\n', /^line 3: the labels are not closed/],
  ['a quote that is not closed', 'a{b="c} 1\n', /^line 1: the labels are not closed/],
  ['a label without a value', 'a{b} 1\n', /^line 1: expected label="value", found "b}"$/],
  ['a label without quotes', 'a{b=c} 1\n', /^line 1: expected label="value"/],
  ['a label given twice', 'a{b="c",b="d"} 1\n', /^line 1: label "b" is given twice/],
  ['a name that starts with a digit', '1a 1\n', /^line 1: expected a metric name, found "1a"$/],
  ['no name', '{b="c"} 1\n', /^line 1: expected a metric name/],
  ['a web page', '<!DOCTYPE html>\n<p>no</p>\n', /^line 1: expected a metric name, found "<!DOCTYPE"$/],
  ['more after the sample', 'a 1 2 3\n', /^line 1: nothing may follow a sample, found "3"$/],
  ['a timestamp that is none', 'a 1 soon\n', /^line 1: expected a timestamp in digits, found "soon"$/],
  ['a body cut off inside a number', 'a 1\nb 12', /^line 2: the body ends in the middle of a line$/],
]

describe('parseExposition', () => {
  it.each(good)('reads %s', (_, line, labels, value, tMs) => {
    expect(parse(`${line}\n`)).toEqual([{series: labels, value, tMs}])
  })

  it.each(bad)('refuses %s, and says in which line', (_, body, message) => {
    expect(() => parse(body)).toThrow(message)
  })

  it('passes over comments, help, types and empty lines', () => {
    const body = '# HELP a is "a" { metric\n# TYPE a counter\n\n   \n#EOF\na 1\n'
    expect(parse(body)).toHaveLength(1)
  })

  it('reads an empty body as no samples', () => {
    expect(parse('')).toEqual([])
  })

  it('reads OpenMetrics, with timestamps in seconds', () => {
    const body = 'a_total 5 1700000000.25\na_created 1.7e9\n# EOF\n'
    expect(parse(body, 'openmetrics')).toEqual([
      {series: {__name__: 'a_total'}, value: 5, tMs: 1_700_000_000_250},
      {series: {__name__: 'a_created'}, value: 1.7e9, tMs: undefined},
    ])
  })

  it.each([
    ['that is cut off before # EOF', 'a 1\n', /without # EOF/],
    ['that goes on after # EOF', 'a 1\n# EOF\nb 1\n', /^line 3: nothing may follow # EOF$/],
  ])('refuses OpenMetrics %s', (_, body, message) => {
    expect(() => parse(body, 'openmetrics')).toThrow(message)
  })

  it.each([
    ['another series', 'ab 1', 'a'],
    ['labels without a blank before them', 'a{b="c"} 1', 'a'],
    ['labels after a blank', 'a {b="c"} 1', 'a'],
    ['labels after a tab', 'a\t{b="c"} 1', 'a'],
    ['a shorter name', 'a 1', 'ab'],
    ['other labels', 'a{b="c"} 1', 'a{b="d"}'],
    ['no value', 'a', 'a'],
    ['the expected series', 'a{b="c"} 1', 'a{b="c"}'],
    ['the expected name', 'a 1', 'a'],
  ])('reads %s the same, whatever it expects', (_, line, expected) => {
    const kept = (text: string) => ({text: text.replace('\t', ' ')})
    const read = (expecting: {text: string}[]) => () =>
      parseExposition(`${line}\nz 1\n`, 'prometheus', kept, expecting)
    const outcome = (run: () => unknown): unknown => {
      try {
        return run()
      } catch (error) {
        return error
      }
    }
    expect(outcome(read([{text: expected}, {text: 'z'}]))).toEqual(outcome(read([])))
  })

  it('asks only for series that are not where it expects them', () => {
    const asked: string[] = []
    const seriesOf = (text: string) => {
      asked.push(text)
      return {text, labels: parseSeriesText(text)}
    }
    const first = parseExposition('a{b="c"} 1\nd 1\ne 1\n', 'prometheus', seriesOf).map(({series}) => series)
    parseExposition('a{b="c"} 2\n# new\n new 2\n  e 2 1700\n', 'prometheus', seriesOf, first)
    expect(asked).toEqual(['a{b="c"}', 'd', 'e', 'new'])
  })

  it('does not hide a bug of the caller behind a line number', () => {
    const broken = (): never => {
      throw new TypeError('bug')
    }
    expect(() => parseExposition('a 1\n', 'prometheus', broken)).toThrow(TypeError)
  })
})
