import type {Outcome} from '../exit-codes.js'
import type {Objective, PhaseName} from '../scenarios/scenario.js'
import type {Budget} from './budget.js'

/** Version of the verdict's JSON. */
export const verdictVersion = 1

/** What a run showed: validity first, then each objective in each of its phases. */
export interface Verdict {
  verdictVersion: number
  outcome: Outcome
  /** One sentence. */
  summary: string
  /** What to do about it, where something is to be done. */
  advice: string[]
  /** Whether the experiment happened at all. A failed check makes the run invalid. */
  validity: ValidityCheck[]
  objectives: ObjectiveVerdict[]
  /** Of a run in counterfactual mode: whether the objectives that had to fail did. */
  counterfactual?: {mustFail: string[]; failed: string[]; shown: boolean}
}

export interface ValidityCheck {
  name: string
  ok: boolean
  /** A sentence with the number and its limit. */
  message: string
}

/** Where a threshold of the load's own script is judged: over all of the load, warm-up included. */
export const wholeRun = 'whole run'

/** One objective in one phase, or one threshold of a script over the whole run. */
export interface ObjectiveVerdict {
  name: string
  kind: Objective['kind'] | 'threshold'
  phase: PhaseName | typeof wholeRun
  outcome: 'pass' | 'fail' | 'inconclusive'
  /** It failed because nothing was measured, as the scenario asks (`on-no-data: fail`): a fail that shows nothing. */
  noData?: true
  /** A sentence: what was measured against what was asked. */
  message: string
  /** The unit of estimate, interval and target. */
  unit: 'ratio' | 'ms' | 'value'
  estimate?: number
  /** Two-sided interval at the objective's confidence. */
  interval?: {low: number; high: number}
  target: number
  comparator: '<' | '<=' | '>' | '>=' | '==' | '!='
  counts?: {good: number; bad: number; total: number}
  /** Of the counts: how many independent events they are worth. The interval is that of `effective` events. */
  dispersion?: {designEffect: number; effective: number}
  /** Of shares: how fast the phase burnt the error budget, and how much of that of 30 days it took. */
  budget?: Budget
  /**
   * Of a latency that is not a bucket bound: its neighbours. Estimate, counts and interval then reach from what is
   * certainly good (faster than `belowMs`) to what is certainly bad (slower than `aboveMs`).
   */
  bounds?: {belowMs?: number; aboveMs: number}
  confidence: number
  /** Of what is counted: the chance of so many bad events or more, if the target were only just met. */
  chance?: number
  /** Of a phase that ended because of what was counted: the evidence, as an e-value; the interval is a confidence sequence. */
  early?: {eValue: number}
  /** What an inconclusive objective lacks: about this many more events. */
  needs?: {events: number}
}
