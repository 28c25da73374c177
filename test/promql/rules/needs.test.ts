import {describe, expect, it} from 'vitest'
import {neededRules} from '../../../src/promql/rules/needs.js'
import type {RuleGroup} from '../../../src/promql/rules/rule.js'
import {unansweredBy} from '../../../src/promql/rules/unanswered.js'
import {parse} from '../../../src/promql/syntax/parse.js'

const groups: RuleGroup[] = [
  {
    name: 'one',
    rules: [
      {kind: 'record', record: 'job:errors', expr: 'sum(errors)', labels: {}},
      {kind: 'record', record: 'job:share', expr: 'job:errors / job:all', labels: {}},
    ],
  },
  {
    name: 'two',
    rules: [
      {kind: 'record', record: 'job:all', expr: 'sum(all)', labels: {}},
      {kind: 'alert', alert: 'Bad', expr: 'job:share > 1', forMs: 0, keepFiringMs: 0, labels: {}},
    ],
  },
]

const names = (expression: string, alerts: string[] = []): string[] =>
  neededRules(groups, {expressions: [expression], alerts}).flatMap(({rules}) =>
    rules.map((rule) => (rule.kind === 'record' ? rule.record : rule.alert)),
  )

describe('the rules that are needed', () => {
  it.each([
    ['errors', []],
    ['job:errors{job="a"}', ['job:errors']],
    ['sum(rate(job:share[1m]))', ['job:errors', 'job:share', 'job:all']],
    ['{__name__=~"job:(errors|all)"}', ['job:errors', 'job:all']],
    ['ALERTS{alertname="Bad"}', ['job:errors', 'job:share', 'job:all', 'Bad']],
    ['ALERTS{alertname="Other"}', []],
  ])('behind %s', (expression, expected) => {
    expect(names(expression)).toEqual(expected)
  })

  it('are those of the alerts too', () => {
    expect(names('1', ['Bad'])).toEqual(['job:errors', 'job:share', 'job:all', 'Bad'])
  })
})

describe('an expression of which some series do not exist', () => {
  it.each([
    ['gone > 1', ['gone']],
    ['sum(rate(gone[5m])) / sum(rate(here[5m]))', ['gone']],
    ['here and gone', ['gone']],
    ['here unless gone', []],
    ['gone unless here', ['gone']],
    ['here or gone', []],
    ['gone or lost', ['gone', 'lost']],
    ['gone or vector(0)', []],
    ['absent(gone)', []],
    ['here > 1', []],
    ['max_over_time(gone[5m:1m])', ['gone']],
  ])('%s misses %j', (expression, expected) => {
    expect(unansweredBy(parse(expression), ({text}) => text === 'here')).toEqual(expected)
  })
})
