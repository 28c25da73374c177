import {describe, expect, it} from 'vitest'
import {problemsOf, scenarioOf} from '../fakes/scenario-problems.js'

const ratio = (rest: string): string =>
  `name: up, bad: 'e_total{job="x"}', total: 'r_total{job="x"}', ${rest}`
const up = ratio('target: 99%')
const latency = (selector: string, below = '1s'): string =>
  `name: fast, latency: '${selector}', below: ${below}, target: 99%`
const query = (expression: string, rest = ''): string =>
  `name: a, query: '${expression}', expect: '>= 1'${rest}`
const counts = (bad: string, total = 'r_total'): string =>
  `name: a, bad: '${bad}', total: '${total}', target: 99%`

const plainSelector = 'objectives[0].bad: expected a plain vector selector, as in up{job="edge"}'

describe('an expression that is no number to judge', () => {
  it.each([
    ['is a text', query('"text"'), 'objectives[0].query: answers a text, which is no number to judge'],
    [
      'is a range of samples',
      query('up[5m]'),
      'objectives[0].query: answers a range of samples, which is no number to judge: put a function around it, as in max_over_time(up[5m])',
    ],
    ['is a constant', query('1'), 'reads no series, and so answers the same whatever happens'],
    ['is a constant vector', query('vector(1)'), 'reads no series'],
    ['is not closed', query('sum('), 'unclosed left parenthesis'],
    ['calls what there is not', query('nosuch(up)'), 'unknown function with name "nosuch"'],
    ['means $phase', query('rate(up[$phases])'), 'unexpected "]"'],
    ['is empty', query(''), 'must not be empty'],
    [
      'chooses no such series',
      query('up', ', series: some'),
      'objectives[0].series: expected one of "one", "worst", "any", "all", got "some"',
    ],
    [
      'expects the wrong way round',
      `name: a, query: up, expect: '=> 1'`,
      'expected a comparison such as ">= 1" or "< 5%", got "=> 1"',
    ],
    ['expects NaN', `name: a, query: up, expect: '>= NaN'`, 'got ">= NaN"'],
  ])('is refused where it %s', (_, objective, message) => {
    expect(problemsOf(scenarioOf([objective])).join()).toContain(message)
    expect(problemsOf(scenarioOf([objective])).join()).toMatch(/s\.yaml:7:\d+ /)
  })

  it.each([
    ['a sum', counts('sum(e_total)'), plainSelector],
    ['a range', counts('e_total[5m]'), plainSelector],
    ['a rate', counts('rate(e_total[5m])'), plainSelector],
    ['a text', counts('"x"'), plainSelector],
    ['an offset', counts('e_total offset 5m'), plainSelector],
    ['no metric', counts('{job="x"}'), 'objectives[0].bad: names no metric: put its name before the labels'],
    ['metrics by pattern', counts('e_total', '{__name__=~"a|b"}'), 'objectives[0].total: names no metric'],
    ['no pattern', counts('e_total{code=~"("}'), 'error parsing regexp'],
    ['a phase', counts('e_total{code="$phase"}'), '$phase is for queries'],
    [
      'all events as bad ones',
      counts('r_total{ job="x" }', 'r_total{job="x"}'),
      'objectives[0].bad: counts the same events as total, so that the share is always 0%',
    ],
    [
      'a part of a histogram',
      latency('h_bucket{job="x"}'),
      'objectives[0].latency: names one part of a histogram: leave out _bucket and write h{job="x"}',
    ],
    ['the count of a histogram', latency('h_count'), 'leave out _count and write h'],
    [
      'a bucket',
      latency('h{job="x", le="0.3"}'),
      'objectives[0].latency: leave out the label le: which bucket is counted follows from "below"',
    ],
  ])('is refused as a selector where it is %s', (_, objective, message) => {
    expect(problemsOf(scenarioOf([objective])).join()).toContain(message)
  })

  it('is not refused where a bucket is counted as events of its own', () => {
    expect(problemsOf(scenarioOf([counts('h_bucket{le="0.3"}', 'h_count')]))).toEqual([])
  })
})

describe('a guard that could never trip, or always would', () => {
  it.each([
    ['above and below', '{stop-when: up, above: 1, below: 2}', '8:10 guards[0]: a guard takes only one of'],
    ['no limit', '{stop-when: up}', 'guards[0]: a guard needs one of "above", "below"'],
    [
      'a limit that is none',
      '{stop-when: up, above: x}',
      'guards[0].above: expected a number or a percentage such as "50%", got "x"',
    ],
    [
      'a negative time',
      '{stop-when: up, above: 1, for: -1s}',
      'guards[0].for: expected a duration such as "30s" or "250ms", got "-1s"',
    ],
    ['a text', `{stop-when: '"x"', above: 1}`, 'guards[0].stop-when: answers a text'],
    ['a range', `{stop-when: 'up[5m]', above: 1}`, 'guards[0].stop-when: answers a range of samples'],
    ['a constant', `{stop-when: '1', above: 1}`, 'guards[0].stop-when: reads no series'],
    [
      '$phase',
      `{stop-when: 'rate(up[$phase])', above: 1}`,
      'guards[0].stop-when: $phase is for objectives: a guard is watched all the time',
    ],
  ])('is refused with %s', (_, guard, message) => {
    expect(problemsOf(scenarioOf([up], `guards: [${guard}]`)).join()).toContain(message)
  })
})
