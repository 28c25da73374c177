import type {Series} from '../metrics/source.js'
import {createLoadSeries} from '../plan/load-metrics/series.js'
import type {LoadSample} from '../plan/load-metrics/state.js'
import {loadPrefix, loadSubjectOf} from '../plan/load-metrics/subject.js'
import {PromqlError, selectorsOf} from '../promql/index.js'
import type {RunRecord} from '../run/record.js'
import type {RuleGroup} from '../scenarios/rules/rule.js'
import type {Objective} from '../scenarios/scenario.js'

const collect = (all: Map<string, Series>, samples: readonly LoadSample[]): void => {
  for (const {labels, tMs, value} of samples) {
    const key = JSON.stringify(Object.entries(labels).sort())
    const series = all.get(key) ?? {labels, t: [], v: []}
    all.set(key, series)
    series.t.push(tMs)
    series.v.push(value)
  }
}

const seriesOf = ({header, events, load}: RunRecord, objectives: readonly Objective[]): Series[] => {
  const started = events.find(({event}) => event === 'load-started')
  if (started === undefined) return []
  const series = createLoadSeries(loadSubjectOf(header.plan.scenario, objectives))
  const all = new Map<string, Series>()
  collect(all, series.begin(started.atMs))
  for (const second of load) collect(all, series.add(second))
  return [...all.values()]
}

/** Who may ask about them; the scenario's own objectives and rules where others are not given. */
export interface LoadAskers {
  objectives?: readonly Objective[] | undefined
  rules?: readonly RuleGroup[] | undefined
  expression?: string
}

/**
 * The record with the metrics of its load (`shakedown_load_*`) among its series, where somebody asks about them. They
 * are made from the seconds of load that every record holds, so they are whole whatever scraped or did not scrape them.
 */
export const withLoadSeries = (
  record: RunRecord,
  {
    objectives = record.header.plan.scenario.objectives,
    rules = record.header.plan.scenario.rules ?? [],
    expression = '',
  }: LoadAskers,
): RunRecord =>
  JSON.stringify([objectives, rules, expression]).includes(loadPrefix)
    ? {...record, series: [...record.series, ...seriesOf(record, objectives)]}
    : record

/** Whether an expression reads metrics of the load and nothing else: then no Prometheus need be asked. */
export const asksTheLoadAlone = (expression: string): boolean => {
  try {
    const selectors = selectorsOf(expression)
    return selectors.length > 0 && selectors.every(({text}) => text.startsWith(loadPrefix))
  } catch (error) {
    // What is wrong with it is told where it is evaluated.
    if (error instanceof PromqlError) return false
    throw error
  }
}
