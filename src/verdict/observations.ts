import type {Series} from '../metrics/source.js'
import {loadPrefix} from '../plan/load-metrics/subject.js'
import {matches, parseSelector} from '../promql/index.js'
import type {Matcher} from '../promql/storage.js'
import type {RunRecord} from '../run/record.js'
import type {RuleGroup} from '../scenarios/rules/rule.js'
import {type Counter, countersOf} from './counting.js'
import {RuleBook} from './rule-book.js'
import {type Windows, windowsOf} from './windows.js'

/** A record made ready for questions: phases in time, counters with their births marked. */
export interface Observations {
  record: RunRecord
  intervalMs: number
  windows: Windows
  counters: Counter[]
  rules: RuleBook
}

/** With other rules than those of the recorded scenario, when there are some. */
export const observationsOf = (record: RunRecord, rules?: readonly RuleGroup[]): Observations => {
  const intervalMs = record.header.sampleIntervalMs
  return {
    record,
    intervalMs,
    windows: windowsOf(record),
    counters: countersOf(record.series, intervalMs),
    rules: new RuleBook(record, rules),
  }
}

/** Why there is no number. */
export interface Lack {
  lack: string
}

export const isLack = (value: object): value is Lack => 'lack' in value

/** The counters that a vector selector matches. */
export const select = ({counters}: Observations, matchers: Matcher[]): Counter[] => {
  const metric = matchers.find(({label, op}) => label === '__name__' && op === '=')?.value
  // By name first: there are thousands of series, and each match compiles its regular expressions.
  const named = metric === undefined ? counters : counters.filter(({labels}) => labels['__name__'] === metric)
  return named.filter(({labels}) => matches(labels, matchers))
}

/** The matchers of a vector selector, by way of another metric name when one is given. */
export const matchersOf = (
  selector: string,
  rename: (metric: string) => string = (metric) => metric,
): Matcher[] =>
  parseSelector(selector).map((matcher) =>
    matcher.label === '__name__' ? {...matcher, value: rename(matcher.value)} : matcher,
  )

/**
 * A record made with a Prometheus holds only what its scenario asked for. Counting other series in it would count
 * some of them, and not say so.
 */
export const holds = ({record}: Observations, selector: string): boolean => {
  if (selector.startsWith(loadPrefix)) return true
  const {target, scenario} = record.header.plan
  if (target.metrics.kind !== 'prometheus') return true
  return scenario.objectives.some((objective) => {
    if (objective.kind === 'latency') return objective.latency === selector
    return objective.kind === 'ratio' && [objective.good, objective.bad, objective.total].includes(selector)
  })
}

/** The newest sample with a value at or before `atMs`, over all the series. */
export const newestMs = (series: readonly Series[], atMs: number): number | undefined => {
  let newest: number | undefined
  for (const {t, v} of series) {
    const index = t.findLastIndex((sampleMs, at) => sampleMs <= atMs && typeof v[at] === 'number')
    const sampleMs = t[index]
    if (sampleMs !== undefined && sampleMs > (newest ?? Number.NEGATIVE_INFINITY)) newest = sampleMs
  }
  return newest
}
