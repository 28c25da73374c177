import {neededRules, selectorsOf} from '../promql/index.js'
import type {Objective} from '../scenarios/scenario.js'
import {loadPrefix} from './load-metrics/subject.js'
import type {Plan} from './plan.js'

/** A query that parses; how long the phase is makes no difference to its selectors. */
const filled = (query: string): string => query.replaceAll('$phase', '1m')

/** The selectors of raw samples that an objective is judged from. */
export const selectorsFor = (objective: Objective): string[] => {
  switch (objective.kind) {
    case 'ratio':
      return [objective.total, objective.good, objective.bad].filter((selector) => selector !== undefined)
    case 'latency': {
      const [name = '', labels = ''] = objective.latency.split(/(?={)/, 2)
      return [`${name}_bucket${labels}`, `${name}_count${labels}`]
    }
    case 'query':
      return selectorsOf(filled(objective.query)).map(({text}) => text)
    case 'recovery':
    case 'relative':
    case 'alert':
      return []
  }
}

/**
 * The whole metric of the job behind a selector that names more of it. Its samples tell a series that was born late (the
 * first error) from one that nobody watched; the selected series alone cannot.
 */
const familyOf = ({matchers}: ReturnType<typeof selectorsOf>[number]): string[] => {
  const named = (label: string): string | undefined =>
    matchers.find((matcher) => matcher.label === label && matcher.op === '=')?.value
  const [metric, job] = [named('__name__'), named('job')]
  if (metric === undefined || job === undefined || matchers.length <= 2) return []
  return [`${metric}{job=${JSON.stringify(job)}}`]
}

/** Behind the queries: their answers hold nothing of what was not seen. */
const familiesBehind = ({objectives}: Plan['scenario']): string[] =>
  objectives.flatMap((one) => (one.kind === 'query' ? selectorsOf(filled(one.query)).flatMap(familyOf) : []))

/** The selectors that the rules behind queries and alerts are made from. */
export const selectorsBehind = ({
  objectives,
  rules = [],
}: Plan['scenario']): ReturnType<typeof selectorsOf> => {
  const needed = neededRules(rules, {
    expressions: objectives.flatMap((one) => (one.kind === 'query' ? [filled(one.query)] : [])),
    alerts: objectives.flatMap((one) => (one.kind === 'alert' ? [one.alert] : [])),
  })
  return needed.flatMap((group) => group.rules.flatMap(({expr}) => selectorsOf(expr)))
}

/**
 * The selectors of raw samples that a plan needs. `up` tells which targets were there at all. The metrics of the load are
 * not among them: the record has them itself.
 */
export const allSelectors = (plan: Plan): string[] =>
  [
    ...new Set([
      'up',
      ...plan.scenario.objectives.flatMap(selectorsFor),
      ...selectorsBehind(plan.scenario).map(({text}) => text),
      ...familiesBehind(plan.scenario),
    ]),
  ].filter((selector) => !selector.startsWith(loadPrefix))
