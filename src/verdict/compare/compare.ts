import type {RunRecord} from '../../run/record.js'
import {phaseNames} from '../../scenarios/scenario.js'
import {seededRandom} from '../../system/random.js'
import {judge} from '../judge.js'
import {observationsOf} from '../observations.js'
import type {Finding} from '../statistics/difference.js'
import type {ObjectiveVerdict} from '../verdict.js'
import {percent, plural} from '../words.js'
import {
  type Comparison,
  type ComparisonRow,
  comparisonVersion,
  type Gate,
  noExperiments,
  type Side,
} from './comparison.js'
import {compareEdges} from './edges.js'
import {compareLatency} from './latencies.js'
import {compareObjective} from './shares.js'

export interface CompareOptions {
  /** Two-sided, of every interval of a change. */
  confidence: number
  /** Changes within this share (of the error budget, the time limit, the latency) are none. */
  margin: number
  gate: Gate
}

/** Failed attempts on an edge have no budget of their own: this share of all attempts stands for it. */
const edgeBudget = 0.1

/** What changed between two runs, objective by objective, request by request and edge by edge, with intervals. */
export const compareRecords = (a: RunRecord, b: RunRecord, options: CompareOptions): Comparison => {
  const {confidence, margin, gate} = options
  const rows = [...objectiveRows(a, b, options), ...latencyRows(a, b, options), ...edgeRows(a, b, options)]
  const sides = {a: sideOf(a), b: sideOf(b)}
  const finding = overall(gate === 'all' ? rows : rows.filter((row) => row.of === 'objective'))
  return {
    comparisonVersion,
    ...sides,
    unlike: unlikeOf(a, b),
    confidence,
    margin,
    rows,
    gate,
    // No fault, no load or half a run: that nothing is worse there says nothing.
    finding: finding !== 'worse' && noExperiments(sides).length > 0 ? 'cannot tell' : finding,
  }
}

const sideOf = (record: RunRecord): Side => ({
  runId: record.header.runId,
  createdMs: record.header.createdMs,
  outcome: judge(record).outcome,
})

/**
 * Both are judged by the objectives of B, so that the same is compared, each at the confidence asked for here. What is
 * worse by itself must stand out from all of them (Bonferroni): else twenty objectives would stop a release by chance.
 * `same` and `better` need no such care: all of them have to be.
 */
const objectiveRows = (a: RunRecord, b: RunRecord, {confidence, margin}: CompareOptions): ComparisonRow[] => {
  const rows = objectivesAt(a, b, confidence, margin)
  const tests = rows.filter(({change}) => change !== undefined).length
  if (tests < 2 || !rows.some(isMeasuredWorse)) return rows
  const strict = objectivesAt(a, b, 1 - (1 - confidence) / tests, margin)
  return rows.map((row, at) => {
    if (!isMeasuredWorse(row) || strict[at]?.finding === 'worse') return row
    const message = `${row.message}; by itself worse, but ${plural(tests, 'row')} are compared, and chance alone does this to one of them more often than ${percent((1 - confidence) / 2)}`
    return {...row, finding: 'cannot tell', message}
  })
}

const isMeasuredWorse = ({finding, change}: ComparisonRow): boolean =>
  finding === 'worse' && change !== undefined

const objectivesAt = (a: RunRecord, b: RunRecord, confidence: number, margin: number): ComparisonRow[] => {
  const objectives = b.header.plan.scenario.objectives.map((objective) => ({...objective, confidence}))
  const before = judge(a, {objectives}).objectives
  const after = judge(b, {objectives}).objectives
  return [
    ...after.flatMap((one) => {
      const match = before.find(({name, phase}) => name === one.name && phase === one.phase)
      return match ? [compareObjective(match, one, margin)] : [onlyIn('B', one)]
    }),
    ...before
      .filter(({name, phase}) => !after.some((one) => one.name === name && one.phase === phase))
      .map((one) => onlyIn('A', one)),
  ]
}

/** A threshold that only one of the scripts has: nothing to compare, and not to be passed over either. */
const onlyIn = (
  side: 'A' | 'B',
  {name, phase, unit, estimate, message}: ObjectiveVerdict,
): ComparisonRow => ({
  of: 'objective',
  what: name,
  phase,
  unit,
  ...(estimate === undefined ? {} : {[side === 'A' ? 'a' : 'b']: estimate}),
  finding: 'cannot tell',
  message: `only in ${side}: ${message}`,
})

const latencyRows = (a: RunRecord, b: RunRecord, options: CompareOptions): ComparisonRow[] => {
  const [before, after] = [observationsOf(a), observationsOf(b)]
  const names = [...new Set([...a.load, ...b.load].flatMap(({requests}) => Object.keys(requests)))]
  // The same records compare the same way each time.
  const random = seededRandom(b.header.seed).fork('compare')
  return names.flatMap((request) =>
    phaseNames.flatMap((phase) => compareLatency(before, after, {...options, phase, request, random})),
  )
}

const edgeRows = (a: RunRecord, b: RunRecord, {confidence, margin}: CompareOptions): ComparisonRow[] => {
  const [before, after] = [observationsOf(a), observationsOf(b)]
  return phaseNames.flatMap((phase) =>
    compareEdges(before, after, {phase, confidence, margin: margin * edgeBudget}),
  )
}

/** What may be the cause of a change besides the system under test. */
const unlikeOf = (a: RunRecord, b: RunRecord): string[] => {
  const [one, other] = [a.header, b.header]
  const pairs: [string, unknown, unknown][] = [
    ['the scenario file', one.source.text, other.source.text],
    ['the target', one.plan.target.name, other.plan.target.name],
    ['the mode', one.mode, other.mode],
    ['the switches', one.plan.switches, other.plan.switches],
    ['the engine', one.plan.scenario.load.engine, other.plan.scenario.load.engine],
    ['the offered load', one.plan.rates, other.plan.rates],
    ['the phases', one.plan.phases, other.plan.phases],
    ['the seed', one.plan.seed, other.plan.seed],
    ['versions', one.versions, other.versions],
    ['the machine', one.machine, other.machine],
    ['the sample interval', one.sampleIntervalMs, other.sampleIntervalMs],
  ]
  return pairs.flatMap(([what, before, after]) =>
    JSON.stringify(before) === JSON.stringify(after) ? [] : [what],
  )
}

/** The first of these that any row says. Rows that were not compared say nothing, but all of them would be no answer. */
const overall = (rows: readonly ComparisonRow[]): Finding => {
  const order: Finding[] = ['worse', 'cannot tell', 'better', 'same']
  return order.find((finding) => rows.some((row) => row.finding === finding)) ?? 'cannot tell'
}
