import type {PhaseName} from '../../scenarios/scenario.js'

/** What the faults did to the system, measured. */
export interface Effects {
  faults: FaultEffect[]
  edges: EdgeEffect[]
  /** Edges whose attempts began to fail while a fault was in force, first the first; see `origin`. */
  failing: FailingEdge[]
  /** What was worse than ever in the baseline once the faults had gone. Absent where nobody could tell. */
  overshoot?: Overshoot
  /** What became of the system after the last fault had gone. Absent where none went, or there is no baseline. */
  aftermath?: Aftermath
}

/** How soon a fault was felt by the callers, and how soon its going was. Of overlapping faults each is told all of it. */
export interface FaultEffect {
  fault: string
  /** From its injection to the end of the first second that is unlike the baseline; absent when none was. */
  feltMs?: number
  /**
   * From its injection to the end of the last such second while it was in force, if the seconds from there to its
   * undoing (three at least) were like the baseline: the system had dealt with it.
   */
  mitigatedMs?: number
  /** From its undoing to the end of the last such second; 0 when none came after it. Absent while it was in force. */
  overMs?: number
  /** The last seconds of the record are still unlike the baseline. */
  lasting: boolean
}

/** One edge in one phase, as its caller counts. */
export interface EdgeEffect {
  edge: string
  phase: PhaseName
  calls: number
  attempts: number
  /** How often a call is tried on the wire: above 1 with retries, below 1 where a breaker or a cache answers. */
  attemptsPerCall: number
  /** Attempts that failed, by result. */
  failed: Record<string, number>
  failedShare: number
  /** The bucket that the 99th percentile of the attempts' time lies in; without `high` it is above the top bound. */
  p99Ms?: {low: number; high?: number}
}

/** An edge whose attempts failed more often than in the baseline while a fault was in force. */
export interface FailingEdge {
  edge: string
  /** From the first injection to the end of the first second (or sample interval) in which they did. */
  afterMs: number
  /** Its callee calls nobody whose attempts began to fail as early: the errors came from here. */
  origin: boolean
}

/** Peaks after healing, when what waited comes at once. */
export interface Overshoot {
  /** The worst second's p99 after the last undoing, and in the baseline. */
  latency?: {peakMs: number; baselineMs: number}
  /** The edge with the largest rise: attempts in its busiest second, and on average in the baseline. */
  attempts?: {edge: string; peakPerSecond: number; baselinePerSecond: number}
}

export type AftermathState = 'recovered' | 'slow' | 'metastable' | 'damaged' | 'inconclusive'

/** Whether the trouble went with the fault. */
export interface Aftermath {
  state: AftermathState
  /** A sentence: what was seen. */
  message: string
  /** A dip of the load has shown it; without one, `metastable` rests on retries alone. */
  confirmed: boolean
  /** From the last undoing to the end of the last bad second before all was well. */
  recoveredMs?: number
  /** How long the load was held after the last undoing, and how long it had to be. */
  heldMs: number
  neededMs: number
  /** Share of bad requests: in the baseline, at the end of the hold, of the dip, and after it. */
  bad: Partial<Record<'baseline' | 'held' | 'dip' | 'restored', BadShare>>
  /** Edges with more attempts for each call at the end of the hold than in the baseline. */
  amplified: {edge: string; attemptsPerCall: number; baseline: number}[]
}

/** With its interval of 99 %, which knows about bursts. */
export interface BadShare {
  share: number
  low: number
  high: number
  requests: number
}
