import type {PhaseName} from '../../scenarios/scenario.js'

/** What the faults did to the system, measured. */
export interface Effects {
  faults: FaultEffect[]
  edges: EdgeEffect[]
}

/** How soon a fault was felt by the callers, and how soon its going was. Of overlapping faults each is told all of it. */
export interface FaultEffect {
  fault: string
  /** From its injection to the end of the first second that is unlike the baseline; absent when none was. */
  feltMs?: number
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
}
