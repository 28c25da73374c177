import type {Labels, Series} from '../metrics/source.js'
import {matches, parse, rulesBehind, selectorsOf} from '../promql/index.js'
import type {RunRecord} from '../run/record.js'
import {closest} from '../scenarios/suggest.js'

type Use = ReturnType<typeof selectorsOf>[number]

const parts = (name: string): Set<string> => new Set(name.split(/[_:.]/).filter(Boolean))

/** How much two names have in common, from 0 to 1: shared words, as few are misspelt and many half remembered. */
const likeness = (one: string, other: string): number => {
  const [left, right] = [parts(one), parts(other)]
  const shared = [...left].filter((part) => right.has(part)).length
  return shared / Math.max(1, left.size + right.size - shared)
}

/** Up to five names that are most like a word: first the one that it is likely a slip of. */
const nearNames = (word: string, names: readonly string[]): string[] => {
  const slip = closest(word, names)
  const alike = names
    .map((name) => ({name, like: likeness(word, name)}))
    .filter(({like}) => like >= 0.3)
    .sort((a, b) => b.like - a.like)
    .map(({name}) => name)
  return [...new Set([...(slip === undefined ? [] : [slip]), ...alike])].slice(0, 5)
}

const nameOf = ({matchers}: Use): string | undefined =>
  matchers.find(({label, op}) => label === '__name__' && op === '=')?.value

const listed = (values: Iterable<string>, most: number): string => {
  const all = [...new Set(values)].sort()
  return all.length > most ? `${all.slice(0, most).join(', ')}, … (${all.length})` : all.join(', ')
}

/** Which matcher lets nothing through, and what values there are. */
const labelLack = (use: Use, named: readonly Labels[]): string => {
  const culprit = use.matchers.find((matcher) => !named.some((labels) => matches(labels, [matcher])))
  if (!culprit) return `${use.text}: ${named.length} series have that name, none has all these labels`
  const values = listed(
    named.map((labels) => labels[culprit.label] ?? ''),
    10,
  )
  const {label, op, value} = culprit
  return values === ''
    ? `${use.text}: no series of that name has a label ${label}`
    : `${use.text}: no series has ${label}${op}"${value}"; there is: ${values}`
}

const selectorLack = (use: Use, all: readonly Labels[]): string => {
  const name = nameOf(use)
  if (name === undefined) return `${use.text}: no series matches`
  const named = all.filter((labels) => labels['__name__'] === name)
  if (named.length > 0) return labelLack(use, named)
  const names = [...new Set(all.flatMap((labels) => labels['__name__'] ?? []))].sort()
  const near = nearNames(name, names)
  const hint = near.length > 0 ? `near: ${near.join(', ')}` : `there are: ${listed(names, 10)}`
  return `${name}: there is no such metric in the record; ${hint}`
}

/** Of a series that a rule records, why the rule did not: `undefined` when there is no such rule. */
const ruleLack = (use: Use, record: RunRecord): string[] | undefined => {
  const rules = rulesBehind(use.matchers, record.header.plan.scenario.rules ?? [])
  const recording = rules.filter((rule) => rule.kind === 'record')
  if (recording.length === 0 || nameOf(use) === undefined) return undefined
  return recording.flatMap(({record: name, expr}) => [
    `${name} is recorded by a rule, which answered nothing then: ${expr}`,
    ...explainLack(expr, record),
  ])
}

/** Why an expression may have answered nothing, one line for each of its selectors that found no series. */
export const explainLack = (expression: string, record: RunRecord): string[] => {
  const {header, series} = record
  const all = series.map(({labels}: Series) => labels)
  const empty = selectorsOf(parse(expression)).filter(
    ({matchers}) => !all.some((labels) => matches(labels, matchers)),
  )
  if (empty.length === 0) {
    return [
      'The series are there; at this time they had no samples, or a comparison or a join left none of them.',
    ]
  }
  const partial = header.plan.target.metrics.kind === 'prometheus'
  return [
    ...empty.flatMap((use) => ruleLack(use, record) ?? selectorLack(use, all)),
    ...(partial ? ['This record holds only what its scenario asked the Prometheus for.'] : []),
  ]
}
