import {describe, expect, it} from 'vitest'
import {memoryStorage} from '../../../src/promql/memory-storage.js'
import {RuleEvaluation} from '../../../src/promql/rules/evaluation.js'
import type {AlertingRule, RecordingRule, RuleGroup} from '../../../src/promql/rules/rule.js'
import type {SeriesData} from '../../../src/promql/storage.js'
import {alertCases} from '../../contracts/alert-states.js'

/** One sample a second from second 0; undefined where there is none, null where it went stale. */
const series = (labels: Record<string, string>, values: (number | null | undefined)[]): SeriesData => {
  const points = values.flatMap((value, second) => (value === undefined ? [] : [{t: second * 1000, value}]))
  return {labels, t: points.map(({t}) => t), v: points.map(({value}) => value)}
}

const record = (name: string, expr: string, labels: Record<string, string> = {}): RecordingRule => ({
  kind: 'record',
  record: name,
  expr,
  labels,
})

const alert = (change: Partial<AlertingRule>): AlertingRule => ({
  kind: 'alert',
  alert: 'Hot',
  expr: 'heat > 5',
  forMs: 0,
  keepFiringMs: 0,
  labels: {},
  ...change,
})

const evaluated = (groups: RuleGroup[], stored: SeriesData[], toMs: number): RuleEvaluation => {
  const options = {startMs: 0, sampleIntervalMs: 1000}
  const evaluation = new RuleEvaluation(groups, memoryStorage(stored), options)
  evaluation.advance(toMs)
  return evaluation
}

const all = (evaluation: RuleEvaluation, name: string): unknown[] =>
  evaluation.storage
    .select([{label: '__name__', op: '=', value: name}], -1, 1e9)
    .map(({labels, t, v}) => [labels, [...Array.from(t, (tMs, at) => `${tMs / 1000}:${v[at]}`)].join(' ')])

const states = (evaluation: RuleEvaluation, name = 'Hot'): string =>
  (evaluation.alerts(name)[0] ?? []).map(({active: [one]}) => one?.state.slice(0, 1) ?? '-').join('')

const heat = (...values: (number | null | undefined)[]): SeriesData =>
  series({__name__: 'heat', room: 'a'}, values)

describe('a recording rule', () => {
  it('stores what its expression answers under its own name and labels', () => {
    const rule = record('room:heat', 'heat * 2', {team: 'ops', room: ''})
    const evaluation = evaluated([{name: 'g', rules: [rule]}], [heat(1, 2, 3)], 2000)
    expect(all(evaluation, 'room:heat')).toEqual([[{__name__: 'room:heat', team: 'ops'}, '0:2 1:4 2:6']])
  })

  it('is evaluated at multiples of its group’s interval, each time once', () => {
    const group = {name: 'g', intervalMs: 2000, rules: [record('r', 'heat')]}
    const evaluation = evaluated([group], [heat(0, 1, 2, 3, 4, 5)], 3500)
    evaluation.advance(3900)
    expect(all(evaluation, 'r')).toEqual([[{__name__: 'r', room: 'a'}, '0:0 2:2']])
    evaluation.advance(4000)
    expect(all(evaluation, 'r')).toEqual([[{__name__: 'r', room: 'a'}, '0:0 2:2 4:4']])
  })

  it('sees what the rules above it in its group have just recorded, and of those below what they recorded before', () => {
    const rules = [record('early', 'late'), record('late', 'heat'), record('after', 'late')]
    const evaluation = evaluated([{name: 'g', rules}], [heat(10, 11, 12)], 2000)
    expect(all(evaluation, 'early')).toEqual([[{__name__: 'early', room: 'a'}, '1:10 2:11']])
    expect(all(evaluation, 'after')).toEqual([[{__name__: 'after', room: 'a'}, '0:10 1:11 2:12']])
  })

  it('ends a series with a staleness marker when its expression no longer answers it', () => {
    const evaluation = evaluated([{name: 'g', rules: [record('r', 'heat')]}], [heat(1, 2, null)], 4000)
    expect(all(evaluation, 'r')).toEqual([[{__name__: 'r', room: 'a'}, '0:1 1:2 2:null']])
  })

  it('records nothing when two series would have the same labels, and says so', () => {
    const stored = [heat(1), series({__name__: 'heat', room: 'b'}, [2])]
    const evaluation = evaluated([{name: 'g', rules: [record('r', 'heat', {room: 'all'})]}], stored, 0)
    expect(all(evaluation, 'r')).toEqual([])
    expect(evaluation.failures(-1, 0)).toEqual([
      'r: two of its series have the same labels once the labels of the rule are set',
    ])
  })

  it('records nothing beyond the limit of its group', () => {
    const stored = [heat(1), series({__name__: 'heat', room: 'b'}, [2])]
    const evaluation = evaluated([{name: 'g', limit: 1, rules: [record('r', 'heat')]}], stored, 0)
    expect(all(evaluation, 'r')).toEqual([])
    expect(evaluation.failures(-1, 0)).toEqual(['r: it answers 2 series, and the limit of its group is 1'])
  })

  it('stores a number as a series without labels', () => {
    const evaluation = evaluated([{name: 'g', rules: [record('r', '1 + 1')]}], [], 0)
    expect(all(evaluation, 'r')).toEqual([[{__name__: 'r'}, '0:2']])
  })
})

describe('an alert', () => {
  it.each(alertCases)('$name', ({forMs = 0, keepFiringMs = 0, values, states: expected}) => {
    const points = values.map((value) => (value === 'stale' ? null : value === '_' ? undefined : value))
    const group = {name: 'g', rules: [alert({forMs, keepFiringMs})]}
    const evaluation = evaluated([group], [heat(...points)], (expected.length - 1) * 1000)
    expect(states(evaluation)).toBe(expected)
  })

  it('writes the series ALERTS and ALERTS_FOR_STATE, which queries can read', () => {
    const rule = alert({forMs: 1000, labels: {severity: 'page'}})
    const evaluation = evaluated([{name: 'g', rules: [rule]}], [heat(0, 9, 9, 0)], 3000)
    const labels = {room: 'a', alertname: 'Hot', severity: 'page'}
    expect(all(evaluation, 'ALERTS')).toEqual([
      [{...labels, __name__: 'ALERTS', alertstate: 'pending'}, '1:1 2:null'],
      [{...labels, __name__: 'ALERTS', alertstate: 'firing'}, '2:1 3:null'],
    ])
    expect(all(evaluation, 'ALERTS_FOR_STATE')).toEqual([
      [{...labels, __name__: 'ALERTS_FOR_STATE'}, '1:1 2:1 3:null'],
    ])
  })

  it('keeps its state over an evaluation that failed', () => {
    const twice = series({__name__: 'heat', room: 'b'}, [undefined, 9])
    const rule = alert({labels: {room: 'any'}})
    const evaluation = evaluated([{name: 'g', rules: [rule]}], [heat(9, 9), twice], 1000)
    expect(states(evaluation)).toBe('ff')
    expect(evaluation.alerts('Hot')[0]?.[1]?.failed).toMatch(/same labels/)
  })
})

describe('rules that are watched live', () => {
  const kept = (values: number[]) => {
    const storage = memoryStorage([heat(...values)])
    const groups = [{name: 'g', rules: [record('doubled', 'heat * 2'), alert({})], intervalMs: 1000}]
    return new RuleEvaluation(groups, storage, {startMs: 0, sampleIntervalMs: 1000, keepMs: 10_000})
  }

  it('forget what is older than they must keep', () => {
    const evaluation = kept(Array.from({length: 100}, () => 7))
    for (let second = 0; second < 100; second++) evaluation.advance(second * 1000)
    const [times] = all(evaluation, 'doubled') as [[unknown, string]] // As `all` makes them.
    expect(times[1].split(' ').length).toBeLessThan(25)
    expect(states(evaluation).length).toBeLessThan(25)
    expect(times[1]).toContain('99:14')
  })

  it('hold no more than they may, and tell from when on', () => {
    const storage = memoryStorage([heat(...Array.from({length: 1000}, () => 7))])
    const rules = [record('doubled', 'heat * 2'), record('one', 'heat offset 1h'), alert({})]
    const groups = [{name: 'g', rules, intervalMs: 1000}]
    const evaluation = new RuleEvaluation(groups, storage, {
      startMs: 0,
      sampleIntervalMs: 1000,
      maxSamples: 100,
    })
    evaluation.advance(5000)
    expect(evaluation.forgottenUntilMs).toBe(Number.NEGATIVE_INFINITY)
    evaluation.advance(999_000)
    const [times] = all(evaluation, 'doubled') as [[unknown, string]] // As above.
    const kept = times[1].split(' ')
    expect(kept.length + states(evaluation).length).toBeLessThan(100)
    expect(kept.length).toBeGreaterThan(5)
    expect(kept.at(-1)).toBe('999:14')
    const first = Number(kept[0]?.split(':')[0]) * 1000
    expect(evaluation.forgottenUntilMs).toBeLessThanOrEqual(first)
    expect(evaluation.forgottenUntilMs).toBeGreaterThan(first - 1000)
  })

  it('do not make up for an hour asleep all at once', () => {
    const evaluation = kept(Array.from({length: 3700}, () => 7))
    evaluation.advance(5000)
    evaluation.advance(3_605_000)
    const [times] = all(evaluation, 'doubled') as [[unknown, string]] // As above.
    expect(times[1].split(' ').length).toBeLessThan(20)
    expect(times[1]).toContain('3605:14')
  })
})
