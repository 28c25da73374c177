import {durationAt, entries, error, type Finding, field, text, warning} from '../findings.js'
import type {PromqlReader} from '../promql-reader.js'
import {formatDuration} from '../quantities.js'
import {orKnown} from '../suggest.js'
import type {Path} from '../yaml-file.js'
import type {AlertingRule, RuleGroup} from './rule.js'

/** The rules that a scenario can use, and what of its files cannot be. */
export interface KnownRules {
  groups: RuleGroup[]
  unusable: string[]
}

const alertRules = ({groups}: KnownRules): AlertingRule[] =>
  groups.flatMap(({rules}) => rules.filter((rule) => rule.kind === 'alert'))

/** Rules of a group that names no interval are evaluated at every sample. */
const intervalOf = (rule: AlertingRule, {groups}: KnownRules): number =>
  groups.find(({rules}) => rules.includes(rule))?.intervalMs ?? 0

/** How far back an expression looks, by way of recorded series too, in ms. Rules that are made from themselves are refused elsewhere. */
const reachOf = (expr: string, {groups}: KnownRules, promql: PromqlReader): number => {
  const recorded = groups.flatMap(({rules}) => rules.filter((rule) => rule.kind === 'record'))
  const follow = (one: string, seen: readonly string[]): number => {
    const names = promql.metrics(one).filter((name) => !seen.includes(name))
    const behind = recorded.filter(({record}) => names.includes(record))
    return (
      promql.reachMs(one) + Math.max(0, ...behind.map((rule) => follow(rule.expr, [...seen, rule.record])))
    )
  }
  return follow(expr, [])
}

/** What a phase of this length is too short for. */
const tooShort = (
  rule: AlertingRule,
  phase: string,
  phaseMs: number,
  known: KnownRules,
  promql: PromqlReader,
): string | undefined => {
  const intervalMs = intervalOf(rule, known)
  const name = `${rule.alert} (${rule.place})`
  const lasts = `and the ${phase} phase lasts ${formatDuration(phaseMs)}`
  if (intervalMs > phaseMs) {
    return `${name} is evaluated every ${formatDuration(intervalMs)}, ${lasts}: it may not be evaluated in it`
  }
  if (rule.forMs >= phaseMs) {
    return `${name} fires after ${formatDuration(rule.forMs)}, ${lasts}: what begins in it leaves the alert pending, which decides nothing`
  }
  const reachMs = reachOf(rule.expr, known, promql)
  if (reachMs <= phaseMs) return undefined
  return `${name} looks ${formatDuration(reachMs)} back, ${lasts}: what was before it counts too`
}

const alertFindings = (
  file: Record<string, unknown>,
  path: Path,
  {name, during}: {name: string; during: unknown},
  known: KnownRules,
  promql: PromqlReader,
): Finding[] => {
  const rules = alertRules(known).filter(({alert}) => alert === name)
  if (rules.length > 0) {
    const phases = entries(during).flatMap(([, phase]) => text(phase) ?? [])
    return phases.flatMap((phase) => {
      const phaseMs = durationAt(field(file, 'phases', phase))
      return rules.flatMap((rule) => {
        const why = phaseMs === undefined ? undefined : tooShort(rule, phase, phaseMs, known, promql)
        return why === undefined ? [] : [warning([...path, 'alert'], why)]
      })
    })
  }
  if (known.unusable.includes(name)) {
    return [error([...path, 'alert'], `the alert "${name}" cannot be evaluated: see the warning at its rule`)]
  }
  const names = [...new Set(alertRules(known).map(({alert}) => alert))]
  const none = names.length === 0 ? ': name the files that hold it under "rules"' : orKnown(name, names)
  return [error([...path, 'alert'], `there is no alert "${name}"${none}`)]
}

const namedAlerts = (file: Record<string, unknown>, known: KnownRules, promql: PromqlReader): Finding[] =>
  ['objectives', 'guards'].flatMap((list) =>
    entries(file[list]).flatMap(([index, entry]) => {
      const name = text(field(entry, 'alert'))
      // A guard watches all the time; an objective is judged in phases.
      const during = list === 'guards' ? [] : (field(entry, 'during') ?? ['fault', 'recovery'])
      return name === undefined ? [] : alertFindings(file, [list, index], {name, during}, known, promql)
    }),
  )

/** What is recorded is computed at times of its own: its growth is not that of the counters behind it. */
const countedRecords = (
  file: Record<string, unknown>,
  {groups}: KnownRules,
  promql: PromqlReader,
): Finding[] => {
  const places = new Map(
    groups.flatMap(({rules}) =>
      rules.flatMap((rule) => (rule.kind === 'record' ? [[rule.record, rule.place] as const] : [])),
    ),
  )
  return entries(file['objectives']).flatMap(([index, objective]) =>
    ['good', 'bad', 'total', 'latency'].flatMap((key) => {
      const selector = text(field(objective, key))
      if (selector === undefined || promql.check(selector)) return []
      const name = promql.metrics(selector).find((metric) => places.has(metric))
      const why = `is recorded by the rule at ${places.get(name ?? '')}, and so no counter of single events`
      const hint = 'name the counters behind it, or ask for it with "query"'
      return name === undefined ? [] : [error(['objectives', index, key], `${name} ${why}: ${hint}`)]
    }),
  )
}

/** What is wrong, or odd, in how a scenario uses the rules of its files. */
export const ruleFindings = (
  file: Record<string, unknown>,
  known: KnownRules,
  promql: PromqlReader,
): Finding[] => [...namedAlerts(file, known, promql), ...countedRecords(file, known, promql)]
