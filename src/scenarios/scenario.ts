import type {Json} from '../system/json.js'
import type {RuleGroup} from './rules/rule.js'
import type {Load} from './scenario-load.js'

export type {
  ConnectionSpec,
  Extract,
  FlowSpec,
  FlowStep,
  Load,
  LoadCluster,
  LoadFile,
  LoadStream,
  Profile,
  Replay,
  ReplayEntry,
  RequestSpec,
  ScriptSpec,
} from './scenario-load.js'

/** The windows that objectives are judged in, in order. */
export const phaseNames = ['baseline', 'fault', 'recovery'] as const
export type PhaseName = (typeof phaseNames)[number]

/** Every window of a run: those before and after are recorded, and judged by nobody. */
export type AnyPhase = PhaseName | 'warm-up' | 'dip' | 'restored'

/** Protection switches of the target, by dotted name: `order.breaker: off`. */
export type Switches = Record<string, string | number | boolean>

/** A scenario as parsed: defaults filled in, durations in milliseconds, rates per second, percentages as fractions. */
export interface Scenario {
  name: string
  summary: string
  /** Rows of the resiliency matrix. */
  proves: string[]
  /** `reference`, or the path of a target file (relative to the scenario's folder). */
  target: string
  load: Load
  phases: Phases
  faults: FaultRequest[]
  objectives: Objective[]
  guards: Guard[]
  /** Guards on the replicas at which no fault aims; none when left out. */
  worldGuards?: WorldGuard[]
  /** Guards that stop the run when an objective is lost; none when left out. */
  lostGuards?: LostGuard[]
  /** How far its faults may reach in a cluster; where left out, as far as its plan says. */
  blastRadius?: BlastLimits
  /** Recording rules and alerts of the files that it names; none when left out. */
  rules?: RuleGroup[]
  /** Set before the warm-up, put back after the run. */
  switches: Switches
  counterfactual?: Counterfactual
}

export interface Phases {
  /** Load that is sent and recorded, but judged by nobody: connections, JIT, caches. */
  warmUpMs: number
  baselineMs: number
  faultMs: number
  recoveryMs: number
  /** The longest timeout, backoff or breaker window on the way: what may keep a failure alive by itself. */
  longestTimeoutMs?: number
  dip?: Dip
}

/** After the recovery the load drops for a time and comes back: shows whether the load keeps a failure alive. */
export interface Dip {
  /** Share of the offered load that stays, below 1. */
  to: number
  /** Length of the phase `dip`. */
  forMs: number
  /** Length of the phase `restored`, with all the load again. */
  restoredMs: number
}

/** One fault as asked for: its name, its options as parsed by the fault's own schema, and when. */
export interface FaultRequest {
  fault: string
  options: Json
  /** Offset into the fault phase. */
  atMs: number
  /** Until the end of the fault phase when left out. */
  forMs?: number
  /** How its strength changes over time; constant when left out. */
  envelope?: Envelope
  /** Where in the file it stands (JSON path, for messages). */
  path: string
}

/** The strength of a fault over the time that it lasts, from 0 (no effect) to 1 (what its options ask for). */
export type Envelope =
  /** Rises over `upMs`, holds, and falls over `downMs` at the end; either may be 0. */
  | {kind: 'ramp'; upMs: number; downMs: number}
  /** Full strength for `onMs` of every `everyMs`, beginning at once; no effect in between. */
  | {kind: 'pulse'; everyMs: number; onMs: number}
  /** A cosine between `low` and 1, beginning and ending a period at `low`. */
  | {kind: 'oscillate'; periodMs: number; low: number}

/** What must hold. `during` is never empty. */
export type Objective =
  | RatioObjective
  | LatencyObjective
  | QueryObjective
  | RecoveryObjective
  | AlertObjective
  | RelativeObjective

interface ObjectiveBase {
  name: string
  during: PhaseName[]
  /** Confidence of the interval, as a fraction. */
  confidence: number
  /** Fewer events than this are inconclusive, whatever they say. */
  minSamples: number
  /**
   * What no data comes to; inconclusive when left out. `zero` is for bad events alone: a selector of them that matches
   * nothing counts none, though the record knows no such label. Nothing that was not measured can be made a pass.
   */
  onNoData?: 'fail' | 'zero'
}

/** A share of good events. Selectors are PromQL vector selectors of counters. */
export interface RatioObjective extends ObjectiveBase {
  kind: 'ratio'
  good?: string
  bad?: string
  total: string
  /** Smallest share of good events, as a fraction. */
  target: number
}

/** A share of requests below a bound, read from the classic histogram `latency` at an exact bucket boundary. */
export interface LatencyObjective extends ObjectiveBase {
  kind: 'latency'
  /** Selector of the histogram without `_bucket`. */
  latency: string
  belowMs: number
  /** Smallest share of requests below the bound, as a fraction. */
  target: number
}

export type Comparator = '<' | '<=' | '>' | '>=' | '==' | '!='

/** A PromQL expression compared with a number at the end of the phase; `$phase` in it is the phase's length. */
export interface QueryObjective extends ObjectiveBase {
  kind: 'query'
  query: string
  expect: {comparator: Comparator; value: number}
  /** Where the answer may have several series: all of them must hold, any of them, or the worst is shown. */
  series?: 'worst' | 'any' | 'all'
}

/** Time from the end of the last fault until another objective's SLI meets its target again and keeps to it. */
export interface RecoveryObjective extends ObjectiveBase {
  kind: 'recovery'
  /** Name of a ratio or latency objective. */
  recovers: string
  withinMs: number
}

/** Another objective's SLI, compared with the run's own baseline, or with a saved run, instead of with a target. */
export interface RelativeObjective extends ObjectiveBase {
  kind: 'relative'
  /** Name of a ratio or latency objective. */
  compares: string
  /** Events may be bad more often than in the baseline by this fraction: 0.1 is a tenth more. */
  mostWorse: number
  /** In place of the run's own baseline: the same phases of a saved run. */
  saved?: SavedCounts
}

/** What a saved run counted, read when the scenario is, so that the record of this run says all that its verdict needs. */
export interface SavedCounts {
  /** Of its record, as the scenario names it. */
  path: string
  runId?: string
  /** Epoch ms. */
  createdMs?: number
  /** Events by phase, and the share of them that independent ones would be worth as much (bursts make them fewer). */
  phases?: Partial<Record<PhaseName, {bad: number; total: number; worth: number}>>
}

/** An alert of the scenario's rules that must not fire. */
export interface AlertObjective extends ObjectiveBase {
  kind: 'alert'
  /** Its name; several rules may share it. */
  alert: string
}

/** Stops the experiment when the expression is above (or below) the limit for a time. */
export interface Guard {
  name: string
  /** The alert that it watches; `stopWhen` then asks whether that fires. */
  alert?: string
  stopWhen: string
  above?: number
  below?: number
  forMs: number
}

/** Stops the experiment when something happens to a replica at which no fault aims. */
export interface WorldGuard {
  name: string
  /** `stays-up`: none of them restarts or is gone. `stays-ready`: nor is one not ready. */
  outside: 'stays-up' | 'stays-ready'
  /** For so long it must be gone, or not ready; a restart stops the run at once. */
  forMs: number
}

/** Stops the experiment as soon as an objective is missed for certain in a phase that it is asked for in. */
export interface LostGuard {
  name: string
  /** Name of a ratio or latency objective. */
  lost: string
}

/** How far all faults together may reach in a cluster. What is left out is what the plan counts. */
export interface BlastLimits {
  pods?: number
  nodes?: number
  /** Share of one workload's pods that may be down at once, as a fraction; 1 includes its last ready pod. */
  shareOfWorkload?: number
}

/** With these switches the scenario must fail, and in these objectives. */
export interface Counterfactual {
  switches: Switches
  mustFail: string[]
}
