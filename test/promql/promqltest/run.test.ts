import {readdirSync, readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {runPromqlTest} from '../../../src/promql/promqltest/run.js'

const folder = new URL('./cases/', import.meta.url)

describe.each(readdirSync(folder))('%s', (name) => {
  it.each(runPromqlTest(readFileSync(new URL(name, folder), 'utf8')))(
    'line $line: $expression',
    (outcome) => {
      expect(outcome).toMatchObject({result: 'passed'})
    },
  )
})

const resultOf = (text: string) => runPromqlTest(text).map(({result, reason}) => [result, reason])

describe('runPromqlTest', () => {
  it.each([
    ['a wrong value', 'eval instant at 0 m\n  m 2', '{__name__="m"} at step 0: expected 2, got 1'],
    ['a missing series', 'eval instant at 0 m\n  m 1\n  n 1', 'missing {__name__="n"}'],
    ['an unexpected series', 'eval instant at 0 m', 'unexpected {__name__="m"}'],
    [
      'a value where there should be none',
      'eval range from 0 to 1m step 1m m\n  m 1 _',
      '{__name__="m"} at step 1: expected missing, got 3',
    ],
    ['a wrong scalar', 'eval instant at 0 1 + 1\n  3', 'expected 3, got 2'],
    ['a wrong string', 'eval instant at 0 "a"\n  expect string "b"', 'expected "b", got "a"'],
    ['a failure that does not come', 'eval instant at 0 m\n  expect fail', 'expected a failure'],
    [
      'another failure',
      'eval instant at 0 topk(NaN, m)\n  expect fail msg: oh no',
      'expected failure "oh no", got "Parameter value is NaN"',
    ],
    ['an error', 'eval instant at 0 m[', 'syntax error: unclosed left bracket'],
    ['a missing warning', 'eval instant at 0 m\n  expect warn\n  m 1', 'expected warning , got none'],
    [
      'a wrong order',
      'load 1m\n  n 2\neval instant at 0 sort({__name__=~"m|n"})\n  expect ordered\n  n 2\n  m 1',
      'order: expected {__name__="n"} {__name__="m"}, got {__name__="m"} {__name__="n"}',
    ],
  ])('fails on %s', (_case, evaluation, reason) => {
    expect(resultOf(`load 1m\n  m 1 3\n${evaluation}`)).toEqual([['failed', reason]])
  })

  it.each([
    ['eval instant at 0 h', 'native histograms'],
    [
      'eval instant at 0 mad_over_time(m[5m])',
      'mad_over_time() is not supported: it is experimental in Prometheus',
    ],
  ])('leaves out %s and says why', (evaluation, reason) => {
    expect(resultOf(`load 1m\n  m 1\n  h {{schema:0 sum:1 count:1}}\n${evaluation}`)).toEqual([
      ['left out', reason],
    ])
  })

  it.each([
    [
      'a label that a type-and-unit server drops',
      'eval instant at 0 -t\n  {} -1',
      'needs the feature flag type-and-unit-labels',
    ],
    [
      'a name that is dropped late',
      'eval instant at 0 sum by (env) (abs({env="1"}))\n  {env="1"} 2',
      'needs the feature flag promql-delayed-name-removal',
    ],
    [
      'a question about a name that is dropped late',
      'eval instant at 0 sum by (__name__) (abs(t))\n  t 1',
      'needs the feature flag promql-delayed-name-removal',
    ],
    ['start timestamps', 'eval instant at 0 rate(s[5m])\n  {} 1', 'start timestamps are experimental'],
  ])('leaves out %s', (_case, evaluation, reason) => {
    const load = 'load 1m\n  t{__type__="counter"} 1\n  a{env="1"} 1\n  b{env="1"} 1\n  s@st -1m\n  s 1'
    expect(resultOf(`${load}\n${evaluation}`)).toEqual([['left out', reason]])
  })

  it.each([
    ['expected_fail_message vector cannot contain metrics with the same labelset', 'passed'],
    ['expected_fail_message another', 'failed'],
    ['expected_fail_regexp same .*set', 'passed'],
    ['expected_fail_regexp ^same', 'failed'],
  ])('reads the older form %s', (line, result) => {
    const text = `load 1m\n  a 1\n  b 1\neval_fail instant at 0 abs({__name__=~".+"})\n  ${line}`
    expect(resultOf(text)[0]?.[0]).toBe(result)
  })

  it('takes a note with and without its place', () => {
    const note = 'PromQL warning: quantile value should be between 0 and 1, got 2'
    for (const text of [note, `${note} (1:10)`]) {
      expect(
        resultOf(`load 1m\n  m 1\neval instant at 0 quantile(2, m)\n  expect warn msg: ${text}\n  {} Inf`),
      ).toEqual([['passed', undefined]])
    }
    expect(
      resultOf(
        `load 1m\n  m 1\neval instant at 0 quantile(2, m)\n  expect warn msg: ${note} (1:9)\n  {} Inf`,
      )[0]?.[0],
    ).toBe('failed')
  })

  it('fails on lines it cannot read, and on all that is asked of a load among them', () => {
    const text =
      'load sometimes\n  m 1\neval instant at 0 m\n  m 1\neval instant at 0 1\n  one\nclear\neval instant at 0 1\n  1'
    expect(resultOf(text)).toEqual([
      ['failed', 'not readable: cannot read the time "sometimes"'],
      ['failed', 'the load of line 1 is not readable'],
      ['failed', 'the load of line 1 is not readable'],
      ['passed', undefined],
    ])
    expect(resultOf('eval instant at 0 1\n  %')).toEqual([
      ['failed', 'not readable: cannot read the value "%"'],
    ])
  })

  it('forgets everything on clear', () => {
    expect(resultOf('load 1m\n  m 1\nclear\neval instant at 0 m')).toEqual([['passed', undefined]])
  })
})
