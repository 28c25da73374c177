import type {Series} from '../metrics/source.js'
import type {Plan} from '../plan/plan.js'
import {allSelectors} from '../plan/selectors.js'
import {matches, parseSelector} from '../promql/index.js'
import type {Matcher} from '../promql/storage.js'
import type {JudgeOptions} from './judge.js'

/** What validity, the effects of faults and the timeline are told from, whatever the objectives are. */
const always = new Set([
  'up',
  'ALERTS',
  'process_start_time_seconds',
  'client_calls_total',
  'client_attempts_total',
  'client_attempt_duration_seconds_bucket',
  'circuit_state',
])

/**
 * Of all that a record holds, the series that a verdict on its plan, or on other objectives, is made from. Whole metrics
 * of a job are: whether a selector that matches nothing means zero is told from its neighbours.
 */
export const neededSeries = (
  plan: Plan,
  {objectives = plan.scenario.objectives, rules = plan.scenario.rules ?? []}: JudgeOptions = {},
): ((labels: Series['labels']) => boolean) => {
  const recorded = rules.flatMap((group) =>
    group.rules.flatMap((rule) => (rule.kind === 'record' ? [rule.record] : [])),
  )
  const names = new Set([...always, ...recorded])
  const asked = {...plan, scenario: {...plan.scenario, objectives, rules}}
  const selectors = new Map<string, Matcher[][]>()
  for (const matchers of allSelectors(asked).map(parseSelector)) {
    const name = matchers.find(({label, op}) => label === '__name__' && op === '=')?.value ?? ''
    const family = matchers.filter(({label}) => label === '__name__' || label === 'job')
    selectors.set(name, [...(selectors.get(name) ?? []), family])
  }
  const nameless = selectors.get('') ?? []
  return (labels) => {
    const name = labels['__name__'] ?? ''
    if (names.has(name)) return true
    // By name first: there are thousands of series, and each match compiles its regular expressions.
    return [...(selectors.get(name) ?? []), ...nameless].some((matchers) => matches(labels, matchers))
  }
}
