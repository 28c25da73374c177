import type {Answer} from '../metrics/source.js'
import {
  durationText,
  evaluateInstant,
  memoryStorage,
  PromqlError,
  type RuleEvaluation,
} from '../promql/index.js'
import type {Comparator, PhaseName, QueryObjective} from '../scenarios/scenario.js'
import {coverageLack} from './coverage.js'
import {asksTheLoadAlone} from './load-series.js'
import {isLack, type Lack, type Observations} from './observations.js'
import type {ObjectiveVerdict} from './verdict.js'
import {lengthMs, type Window} from './windows.js'
import {count, number, sign} from './words.js'

/** Compares a measured number with the one asked for. NaN holds nothing, not even `!=`. */
const compare = {
  '<': (value, asked) => value < asked,
  '<=': (value, asked) => value <= asked,
  '>': (value, asked) => value > asked,
  '>=': (value, asked) => value >= asked,
  '==': (value, asked) => value === asked,
  '!=': (value, asked) => value !== asked && !Number.isNaN(value),
} as const satisfies Record<Comparator, (value: number, asked: number) => boolean>

/** A gauge that was not scraped for this many intervals is gone; Prometheus's own five minutes outlive a phase. */
const lookbackIntervals = 3

/** Writes the phase's length where the query says `$phase`. */
const fillPhase = (query: string, phaseMs: number): string =>
  query.replaceAll('$phase', durationText(phaseMs))

/** Judges a PromQL expression at the end of a phase. Anything but one finite number without a warning decides nothing. */
export const judgeQuery = (
  objective: QueryObjective,
  phase: PhaseName,
  observed: Observations,
): ObjectiveVerdict => {
  const {comparator, value: target} = objective.expect
  const base = {
    name: objective.name,
    kind: 'query',
    phase,
    unit: 'value',
    target,
    comparator,
    confidence: objective.confidence,
  } as const
  const inconclusive = (message: string) => ({...base, outcome: 'inconclusive', message}) as const
  const window = observed.windows[phase]
  if (!window) return inconclusive(`no data: the ${phase} phase did not run to its end`)
  const found = answersOf(objective.query, phase, window, observed)
  if (isLack(found)) return inconclusive(found.lack)
  const [answer] = found.answers
  if (!answer) return inconclusive('no data: the query answered nothing')
  if (found.answers.length > 1 && !objective.series) {
    return inconclusive(
      `${found.answers.length} series came back; aggregate to one, with max() say, or choose with series: worst, any or all`,
    )
  }
  const unfit = found.answers.find(({value}) => !Number.isFinite(value))
  if (unfit) return inconclusive(`the query answered ${unfit.value}, which is no number`)
  const uncovered = coverageLack(fillPhase(objective.query, lengthMs(window)), window.endMs, observed)
  if (uncovered) return inconclusive(uncovered)
  return {...base, ...decided(objective, found)}
}

/** How far a value is from what was asked for, in the direction of missing it. */
const badness = ({comparator, value: asked}: QueryObjective['expect'], value: number): number => {
  if (comparator === '>' || comparator === '>=') return asked - value
  if (comparator === '<' || comparator === '<=') return value - asked
  return compare[comparator](value, asked) ? 0 : 1
}

/** What one answer, or several taken together, say. */
const decided = (
  {expect, series = 'worst'}: QueryObjective,
  {answers, warnings, infos = []}: Found,
): Pick<ObjectiveVerdict, 'outcome' | 'message' | 'estimate'> => {
  const {comparator, value: asked} = expect
  const ranked = answers
    .map(({value}) => value)
    .sort((one, other) => badness(expect, other) - badness(expect, one))
  const holding = ranked.filter((value) => compare[comparator](value, asked)).length
  const holds = series === 'any' ? holding > 0 : holding === ranked.length
  // Of several, the one that decides: the best where any will do.
  const estimate = (series === 'any' ? ranked.at(-1) : ranked[0]) ?? Number.NaN
  const several =
    ranked.length > 1 ? ` (${holding} of ${count(ranked.length)} series hold, ${series} asked for)` : ''
  const remarks = infos.length > 0 ? ` (remarks: ${infos.join('; ')})` : ''
  const message = `measured ${number(estimate)}, asked for ${sign(comparator)} ${number(asked)}${several}${remarks}`
  if (!holds || warnings.length === 0) return {outcome: holds ? 'pass' : 'fail', message, estimate}
  return {outcome: 'inconclusive', message: `${message}; but with warnings: ${warnings.join('; ')}`, estimate}
}

interface Found {
  answers: Answer[]
  warnings: string[]
  infos?: string[]
}

/**
 * The recorded answer of a Prometheus, or our own evaluation of the samples that the scraper saved. What a Prometheus
 * does not know of, because it has not got the scenario's rules, is evaluated from the raw samples of it.
 */
const answersOf = (query: string, phase: PhaseName, window: Window, observed: Observations): Found | Lack => {
  const {record} = observed
  const expression = fillPhase(query, lengthMs(window))
  const ofLoad = asksTheLoadAlone(expression)
  const recorded = ofLoad
    ? undefined
    : record.answers.find((answer) => answer.query === query && answer.phase === phase)
  const isOurs = ofLoad || record.header.plan.target.metrics.kind !== 'prometheus'
  const ruled = explained(() => observed.rules.evaluation({expressions: [expression]}))
  if (isLack(ruled)) return ruled
  if (recorded && (recorded.answers.length > 0 || !ruled.value)) return recorded
  if (!isOurs && !ruled.value)
    return {lack: 'no data: the record holds no answer of Prometheus to this query'}
  const intervalMs = ofLoad ? Math.max(1000, observed.intervalMs) : observed.intervalMs
  const found = evaluated(expression, {...observed, intervalMs}, window.endMs, ruled.value)
  if (isOurs || isLack(found)) return found
  return {...found, infos: ['from our own evaluation of the rules: Prometheus has no such series']}
}

/** A query that cannot be evaluated is no bug when it came from another scenario: its objective is not decided. */
const explained = <T>(evaluate: () => T): {value: T} | Lack => {
  try {
    return {value: evaluate()}
  } catch (thrown) {
    if (!(thrown instanceof PromqlError)) throw thrown
    return {lack: `the query cannot be evaluated: ${thrown.message}`}
  }
}

const evaluated = (
  expression: string,
  {record, intervalMs}: Observations,
  atMs: number,
  ruled: RuleEvaluation | undefined,
): Found | Lack => {
  const lookbackMs = ruled?.lookbackMs ?? lookbackIntervals * intervalMs
  const storage = ruled?.storage ?? memoryStorage(record.series)
  const answer = explained(() => evaluateInstant(expression, storage, atMs, {lookbackMs}))
  if (isLack(answer)) return answer
  const {value, warnings} = answer.value
  switch (value.type) {
    case 'scalar':
      return {answers: [{labels: {}, value: value.value}], warnings}
    case 'vector':
      return {answers: value.samples, warnings}
    case 'string':
    case 'matrix':
      return {lack: `the query answers a ${value.type}; a number or one series is needed`}
  }
}
