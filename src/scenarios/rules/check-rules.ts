import type {Problem} from '../problems.js'
import type {PromqlReader} from '../promql-reader.js'
import type {RecordingRule, Rule, RuleGroup} from './rule.js'

const problemOf = (rule: Rule, message: string): Problem => {
  const colon = rule.place.lastIndexOf(':')
  const [path, line] = [rule.place.slice(0, colon), Number(rule.place.slice(colon + 1))]
  return {path, line, column: 1, where: rule.kind === 'record' ? rule.record : rule.alert, message}
}

const identity = (rule: Rule): string =>
  JSON.stringify([
    rule.kind,
    rule.kind === 'record' ? rule.record : [rule.alert, rule.expr],
    Object.entries(rule.labels).sort(),
  ])

const duplicates = (rules: readonly Rule[]): Problem[] => {
  const first = new Map<string, Rule>()
  return rules.flatMap((rule) => {
    const earlier = first.get(identity(rule))
    if (earlier === undefined) first.set(identity(rule), rule)
    return earlier
      ? [problemOf(rule, `the same rule, with the same labels, is at ${earlier.place} already`)]
      : []
  })
}

/** The way from a rule back to itself, by the names recorded on it. */
const circleFrom = (
  start: RecordingRule,
  recorded: ReadonlyMap<string, RecordingRule[]>,
  metrics: PromqlReader['metrics'],
): string[] | undefined => {
  const seen = new Set<Rule>()
  const walk = (rule: RecordingRule, way: string[]): string[] | undefined => {
    for (const name of metrics(rule.expr)) {
      if (name === start.record) return [...way, name]
      for (const next of recorded.get(name) ?? []) {
        if (seen.has(next)) continue
        seen.add(next)
        const found = walk(next, [...way, name])
        if (found) return found
      }
    }
    return undefined
  }
  return walk(start, [start.record])
}

/** Prometheus lets a rule read itself as of the evaluation before; no two sources of it would agree on the answer. */
const circles = (rules: readonly Rule[], {metrics}: PromqlReader): Problem[] => {
  const recording = rules.filter((rule) => rule.kind === 'record')
  const recorded = new Map<string, RecordingRule[]>()
  for (const rule of recording) recorded.set(rule.record, [...(recorded.get(rule.record) ?? []), rule])
  const told = new Set<string>()
  return recording.flatMap((rule) => {
    const way = told.has(rule.record) ? undefined : circleFrom(rule, recorded, metrics)
    if (!way) return []
    for (const name of way) told.add(name)
    return [problemOf(rule, `this rule is made from itself: ${way.join(' reads ')}`)]
  })
}

/** What is wrong between the rules of all files: the same one twice, and rules that are made from themselves. */
export const checkRules = (groups: readonly RuleGroup[], promql: PromqlReader): Problem[] => {
  const rules = groups.flatMap((group) => group.rules)
  return [...duplicates(rules), ...circles(rules, promql)]
}
