import type {LiveLoad} from '../engines/engine.js'
import type {PhaseName} from '../scenarios/scenario.js'

/** How a run stands, once a second. */
export interface Progress {
  scenario: string
  phase: PhaseName | 'warm-up' | 'starting' | 'finishing'
  /** Milliseconds since the first request, and in all. */
  elapsedMs: number
  durationMs: number
  /** Milliseconds left in the phase. */
  phaseLeftMs: number
  /** Of the last second; absent before the first. */
  load?: LiveLoad
  /** Faults in force, in words. */
  faults: string[]
}

/** What a run tells while it goes on. */
export interface RunWatcher {
  progress(progress: Progress): void
  /** Something worth a line of its own. */
  note(message: string): void
}
