import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import type {AlertingRule, Rule, RuleGroup} from '../../src/scenarios/rules/rule.js'
import type {Objective} from '../../src/scenarios/scenario.js'
import {judge} from '../../src/verdict/judge.js'
import type {ObjectiveVerdict} from '../../src/verdict/verdict.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {runStartMs, scrapeTimes, seriesOf} from '../fakes/record-series.js'

const place = 'rules.yaml:7'

const alert = (expr: string, change: Partial<AlertingRule> = {}): AlertingRule => ({
  kind: 'alert',
  alert: 'Hot',
  expr,
  forMs: 0,
  keepFiringMs: 0,
  labels: {severity: 'page'},
  place,
  ...change,
})

const recorded = (record: string, expr: string): Rule => ({kind: 'record', record, expr, labels: {}, place})

const silent: Objective = {
  kind: 'alert',
  name: 'stays cool',
  alert: 'Hot',
  during: ['fault'],
  confidence: 0.95,
  minSamples: 1,
}

/** A gauge that is 1 between two offsets from the first request, and 0 else, beside the record's own series. */
const withHeat =
  (fromMs: number, toMs: number) =>
  (record: RunRecord): void => {
    const heat = seriesOf('heat', {job: 'room', instance: 'a'}, scrapeTimes(-2000, 77_000), (offset) =>
      offset >= fromMs && offset < toMs ? 1 : 0,
    )
    record.series.push(heat)
  }

interface Case {
  rules: Rule[]
  change?: (record: RunRecord) => void
  objective?: Objective
  group?: Partial<RuleGroup>
}

const judged = ({rules, change = () => {}, objective = silent, group = {}}: Case): ObjectiveVerdict[] => {
  const record = paymentSlowRecord()
  change(record)
  record.header.plan.scenario.rules = [{name: 'g', file: 'rules.yaml', intervalMs: 1000, rules, ...group}]
  return judge(record, {objectives: [objective]}).objectives
}

const one = (given: Case): ObjectiveVerdict => {
  const [verdict] = judged(given)
  if (!verdict) throw new Error('no verdict')
  return verdict
}

// The fault phase lasts from 25 s to 55 s after the first request.
describe('an alert that must not fire', () => {
  it('passes when its condition never held, and says how often it was looked at', () => {
    expect(one({rules: [alert('heat > 0')], change: withHeat(0, 0)})).toMatchObject({
      outcome: 'pass',
      estimate: 0,
      message: 'Hot did not fire: 30 evaluations, its condition never held',
    })
  })

  it('fails when it fires, and says when, since when, for what, and where the rule is', () => {
    expect(one({rules: [alert('heat > 0', {forMs: 5000})], change: withHeat(30_000, 45_000)})).toMatchObject({
      outcome: 'fail',
      estimate: 1,
      message:
        'Hot fired for {job="room", instance="a", severity="page"} 10s into the phase; its condition held from 5s into the phase on (rules.yaml:7)',
    })
  })

  it('counts the time that its condition held before the phase', () => {
    const {outcome, message} = one({
      rules: [alert('heat > 0', {forMs: 20_000})],
      change: withHeat(15_000, 50_000),
    })
    expect(outcome).toBe('fail')
    expect(message).toContain('10s into the phase; its condition held from 10s before the phase on')
  })

  it('says that it was firing before', () => {
    expect(one({rules: [alert('heat > 0')], change: withHeat(10_000, 50_000)}).message).toContain(
      'was firing when the phase began',
    )
  })

  it('passes when its condition held for too short a time', () => {
    expect(
      one({rules: [alert('heat > 0', {forMs: 20_000})], change: withHeat(30_000, 40_000)}),
    ).toMatchObject({
      outcome: 'pass',
      message: 'Hot did not fire: 30 evaluations, pending in 10 of them',
    })
  })

  it('is not decided when it is pending at the end of the phase', () => {
    const verdict = one({rules: [alert('heat > 0', {forMs: 20_000})], change: withHeat(45_000, 75_000)})
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message).toContain('was pending')
    expect(verdict.message).toContain('held for 10s')
  })

  it('is not decided when what it looks at does not exist', () => {
    expect(one({rules: [alert('no_such_metric > 0')]})).toMatchObject({
      outcome: 'inconclusive',
      message: 'no data: no_such_metric had no series in the phase, and so Hot could not fire',
    })
  })

  it('is not decided when what it looks at ended before the phase', () => {
    const ended = (record: RunRecord): void => {
      withHeat(0, 0)(record)
      const heat = record.series.at(-1)
      const end = heat?.t.findIndex((t) => t > runStartMs + 20_000) ?? 0
      if (heat) Object.assign(heat, {t: heat.t.slice(0, end), v: heat.v.slice(0, end)})
    }
    expect(one({rules: [alert('heat > 0')], change: ended}).outcome).toBe('inconclusive')
  })

  it('takes errors that never happened for none, not for missing', () => {
    const errors = 'sum(rate(http_requests_total{job="edge", code="599"}[5s])) > 0'
    expect(one({rules: [alert(errors)]}).outcome).toBe('pass')
  })

  it('follows recorded series to what they are made from', () => {
    const rules = [recorded('room:heat', 'max(heat)'), alert('room:heat > 0')]
    expect(one({rules, change: withHeat(30_000, 45_000)}).outcome).toBe('fail')
    expect(one({rules, change: withHeat(0, 0)}).outcome).toBe('pass')
    expect(one({rules}).message).toContain('no data: heat had no series')
  })

  it('takes what a Prometheus has recorded itself as it is', () => {
    const rules = [recorded('room:heat', 'max(heat)'), alert('room:heat > 0')]
    const change = (record: RunRecord): void => {
      withHeat(0, 0)(record)
      record.series.push(seriesOf('room:heat', {}, scrapeTimes(-2000, 77_000), () => 3))
    }
    expect(one({rules, change}).outcome).toBe('fail')
  })

  it('is not decided when it was not evaluated in the phase', () => {
    const group = {intervalMs: 3_600_000}
    expect(one({rules: [alert('heat > 0')], change: withHeat(0, 0), group}).message).toContain(
      'was not evaluated in the phase',
    )
  })

  it('is not decided when an evaluation failed', () => {
    const twice = (record: RunRecord): void => {
      withHeat(0, 0)(record)
      record.series.push(seriesOf('heat', {job: 'room', instance: 'b'}, scrapeTimes(-2000, 77_000), () => 0))
    }
    const rule = alert('heat >= 0', {labels: {instance: 'any'}})
    const verdict = one({rules: [rule], change: twice})
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.message).toContain('two of its series have the same labels')
  })

  it('is decided when an evaluation failed in another phase only', () => {
    const twice = (record: RunRecord): void => {
      withHeat(-2000, 4000)(record)
      record.series.push(
        seriesOf('heat', {job: 'room', instance: 'b'}, scrapeTimes(-2000, 77_000), (offset) =>
          offset < 4000 ? 1 : 0,
        ),
      )
    }
    const rule = alert('heat > 0', {labels: {instance: 'any'}})
    expect(one({rules: [rule], change: twice}).outcome).toBe('pass')
  })

  it('is not decided when no rule has its name', () => {
    expect(one({rules: [alert('heat > 0', {alert: 'Other'})]}).outcome).toBe('inconclusive')
  })

  it('makes the run invalid when it fires before the fault', () => {
    const record = paymentSlowRecord()
    withHeat(10_000, 50_000)(record)
    record.header.plan.scenario.rules = [{name: 'g', file: 'r', rules: [alert('heat > 0')]}]
    const verdict = judge(record, {objectives: [silent]})
    expect(verdict.outcome).toBe('invalid')
    expect(verdict.validity.find(({name}) => name === 'baseline good')?.message).toContain('"stays cool"')
  })
})

describe('a query over recorded series', () => {
  const query = (text: string): Objective => ({
    kind: 'query',
    name: 'asked',
    query: text,
    expect: {comparator: '>=', value: 1},
    during: ['fault'],
    confidence: 0.95,
    minSamples: 1,
  })
  const rules = [recorded('room:heat', 'max(heat)')]

  it('is answered by evaluating the rules over the samples', () => {
    const hot = {rules, change: withHeat(30_000, 45_000)}
    expect(one({...hot, objective: query('max_over_time(room:heat[$phase])')})).toMatchObject({
      outcome: 'pass',
      estimate: 1,
    })
    expect(one({...hot, objective: query('room:heat')})).toMatchObject({outcome: 'fail', estimate: 0})
    expect(one({...hot, objective: query('count(ALERTS)')}).outcome).toBe('inconclusive')
  })

  it('finds series that are recorded more seldom than samples are taken', () => {
    const group = {intervalMs: 10_000}
    const objective = query('room:heat')
    expect(one({rules, group, objective, change: withHeat(0, 80_000)})).toMatchObject({estimate: 1})
  })

  const withPrometheus =
    (answers: {labels: Record<string, string>; value: number}[]) =>
    (record: RunRecord): void => {
      withHeat(0, 80_000)(record)
      record.header.plan.target.metrics = {kind: 'prometheus', url: 'http://p'}
      const atMs = runStartMs + 55_000
      record.answers.push({kind: 'answer', query: 'room:heat', phase: 'fault', atMs, answers, warnings: []})
    }

  it('keeps to the answer of a Prometheus that has the rules itself', () => {
    const change = withPrometheus([{labels: {}, value: 7}])
    expect(one({rules, change, objective: query('room:heat')})).toMatchObject({estimate: 7})
  })

  it('evaluates them itself when the Prometheus knows no such series, and says so', () => {
    const verdict = one({rules, change: withPrometheus([]), objective: query('room:heat')})
    expect(verdict).toMatchObject({estimate: 1})
    expect(verdict.message).toContain('our own evaluation of the rules')
  })
})
