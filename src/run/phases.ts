import type {PlannedPhase} from '../plan/plan.js'
import type {Clock} from '../system/clock.js'
import {LoadBroke} from './breakpoint.js'
import type {RunEvent} from './record.js'

interface Passage {
  /** Epoch ms of the first request. */
  startedMs: number
  clock: Clock
  signal: AbortSignal
  record(event: RunEvent): void
  begins(phase: PlannedPhase): void
}

/** Writes down the beginning and the end of each phase as time passes. Throws the signal's reason when it aborts. */
export const passPhases = async (phases: readonly PlannedPhase[], passage: Passage): Promise<void> => {
  const {startedMs, clock, signal, record, begins} = passage
  for (const phase of phases) {
    const [startMs, endMs] = [startedMs + phase.startMs, startedMs + phase.endMs]
    await clock.sleep(startMs - clock.now(), signal)
    begins(phase)
    record({kind: 'event', atMs: startMs, event: 'phase-started', phase: phase.name})
    await clock.sleep(endMs - clock.now(), signal).catch((cause: unknown) => {
      const {reason} = signal
      // A load that broke has ended its phase.
      if (reason instanceof LoadBroke)
        record({kind: 'event', atMs: reason.atMs, event: 'phase-ended', phase: phase.name})
      throw cause
    })
    record({kind: 'event', atMs: endMs, event: 'phase-ended', phase: phase.name})
  }
}
