import type {LiveLoad, LoadSecond} from '../engines/engine.js'
import type {AnyPhase} from '../scenarios/scenario.js'

export type {LiveLoad, LoadSecond}

/** How a run stands, once a second. */
export interface Progress {
  scenario: string
  phase: AnyPhase | 'starting' | 'finishing'
  /** Milliseconds since the first request, and in all. */
  elapsedMs: number
  durationMs: number
  /** Milliseconds left in the phase. */
  phaseLeftMs: number
  /** Of the last second; absent before the first. */
  load?: LiveLoad
  /** Faults in force, in words. */
  faults: string[]
  /** How the objectives of this phase stand; absent where nobody judges while the run goes on. */
  objectives?: ObjectiveState[]
}

/** An objective as it stands in the phase that is on, judged with its own confidence from what was counted so far. */
export interface ObjectiveState {
  name: string
  state: 'met' | 'missed' | 'undecided'
  /** What was measured against what was asked, in a few words: "99.93 % of 12,040, asked 99.9 %". */
  message: string
  unit: 'ratio' | 'ms' | 'value'
  estimate?: number
  interval?: {low: number; high: number}
  target: number
}

/** What a run tells while it goes on. */
export interface RunWatcher {
  progress(progress: Progress): void
  /** Something worth a line of its own. */
  note(message: string): void
  /** Told once the record is open: how somebody who watches can write a note into it. */
  notes?(write: (message: string) => void): void
  /** A second of load with all its requests settled, in order. */
  second?(second: LoadSecond): void
}
