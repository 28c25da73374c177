import {matches} from '../matchers.js'
import {selectorsOf} from '../selectors.js'
import type {Matcher} from '../storage.js'
import type {Rule, RuleGroup} from './rule.js'

const onName = (matchers: readonly Matcher[]): Matcher[] => matchers.filter(({label}) => label === '__name__')

/** Whether a selector may read what a rule writes. */
const reads = (matchers: readonly Matcher[], rule: Rule): boolean => {
  const named = onName(matchers)
  if (rule.kind === 'record') return matches({__name__: rule.record}, named)
  const alertName = matchers.filter(({label}) => label === 'alertname')
  const written = ['ALERTS', 'ALERTS_FOR_STATE'].some((name) => matches({__name__: name}, named))
  return written && matches({alertname: rule.alert}, alertName)
}

/** The rules whose series a selector may read. */
export const rulesBehind = (matchers: readonly Matcher[], groups: readonly RuleGroup[]): Rule[] =>
  groups.flatMap(({rules}) => rules.filter((rule) => reads(matchers, rule)))

/** What must be known of the rules: the answers to these expressions, and how these alerts were. */
export interface RuleNeeds {
  expressions?: readonly string[]
  alerts?: readonly string[]
}

/**
 * The groups with those rules only that the expressions and alerts are made from, directly or by way of other rules.
 * Empty when none is. Throws PromqlError for an expression that does not parse.
 */
export const neededRules = (
  groups: readonly RuleGroup[],
  {expressions = [], alerts = []}: RuleNeeds,
): RuleGroup[] => {
  const needed = new Set<Rule>()
  const add = (rule: Rule): void => {
    if (needed.has(rule)) return
    needed.add(rule)
    follow(rule.expr)
  }
  const follow = (expression: string): void => {
    for (const {matchers} of selectorsOf(expression))
      for (const rule of rulesBehind(matchers, groups)) add(rule)
  }
  for (const expression of expressions) follow(expression)
  for (const {rules} of groups) {
    for (const rule of rules) if (rule.kind === 'alert' && alerts.includes(rule.alert)) add(rule)
  }
  return groups
    .map((group) => ({...group, rules: group.rules.filter((rule) => needed.has(rule))}))
    .filter(({rules}) => rules.length > 0)
}
