import type {PhaseName} from '../../scenarios/scenario.js'
import type {Finding} from '../statistics/difference.js'
import type {wholeRun} from '../verdict.js'

/** Version of the comparison's JSON. */
export const comparisonVersion = 1

/** What changed from record A to record B. */
export interface Comparison {
  comparisonVersion: number
  a: Side
  b: Side
  /** What else is different between the two runs, and may be the cause. */
  unlike: string[]
  confidence: number
  /** Changes within this share of the error budget, or of the latency, count as none. */
  margin: number
  rows: ComparisonRow[]
  /** What the finding rests on. */
  gate: Gate
  /**
   * `worse` when any row of the gate is, else `cannot tell` when any is or when a run was no experiment, else `better`
   * when any is, else `same`.
   */
  finding: Finding
}

/**
 * Objectives only, or every row. An interval from one run each knows how latency varies within a run, not how it varies
 * from run to run, with the machine say: rows of latency and edges point to where to look.
 */
export type Gate = 'objectives' | 'all'

export interface Side {
  runId: string
  createdMs: number
  outcome: string
}

const noExperiment: ReadonlySet<string> = new Set(['invalid', 'error', 'residual', 'interrupted'])

/** The sides whose experiment did not take place, or not wholly: `A` and `B`. */
export const noExperiments = ({a, b}: Pick<Comparison, 'a' | 'b'>): string[] => [
  ...(noExperiment.has(a.outcome) ? ['A'] : []),
  ...(noExperiment.has(b.outcome) ? ['B'] : []),
]

/** One objective, or one percentile of the latency of a request, in one phase. */
export interface ComparisonRow {
  of: 'objective' | 'request' | 'edge'
  what: string
  phase: PhaseName | typeof wholeRun
  unit: 'ratio' | 'ms' | 'value'
  /** More of it is worse, whatever it is: the share of bad events, milliseconds. */
  a?: number
  b?: number
  /** B less A for shares and times to recover; B over A, less 1, for latencies. */
  change?: {value: number; low: number; high: number; of: 'difference' | 'relative'}
  /** `not compared`: one number on each side, without an error bound. A side without a number is `cannot tell`. */
  finding: Finding | 'not compared'
  message: string
}
