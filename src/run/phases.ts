import type {PlannedPhase} from '../plan/plan.js'
import type {AnyPhase} from '../scenarios/scenario.js'
import {LoadBroke} from './breakpoint.js'
import type {PhaseClock} from './phase-clock.js'
import type {RunEvent} from './record.js'

interface Passage {
  phases: PhaseClock
  signal: AbortSignal
  record(event: RunEvent): void
  /** Told when it really begins, epoch ms. */
  begins(phase: PlannedPhase, atMs: number): void
  /** Told of each phase that went to its end, and when that was. */
  ends(phase: PlannedPhase, startMs: number, endMs: number): void
  /** Why a phase ended before its planned end, if it did. */
  earlyEnd(phase: AnyPhase): string | undefined
  /** Asked when a phase is to begin: whether it is left out, and all after it. */
  isOver(phase: AnyPhase): boolean
}

/** Writes down the beginning and the end of each phase as time passes. Throws the signal's reason when it aborts. */
export const passPhases = async (planned: readonly PlannedPhase[], passage: Passage): Promise<void> => {
  const {phases, signal, record, begins, ends, earlyEnd, isOver} = passage
  for (const phase of planned) {
    const {name} = phase
    await phases.until(phase.startMs, signal)
    if (isOver(name)) return
    const startMs = phases.epochOf(phase.startMs)
    begins(phase, startMs)
    record({kind: 'event', atMs: startMs, event: 'phase-started', phase: name})
    await phases.until(phase.endMs, signal).catch((cause: unknown) => {
      const {reason} = signal
      // A load that broke has ended its phase.
      if (reason instanceof LoadBroke)
        record({kind: 'event', atMs: reason.atMs, event: 'phase-ended', phase: name})
      throw cause
    })
    const endMs = phases.epochOf(phase.endMs)
    const early = earlyEnd(name)
    record({kind: 'event', atMs: endMs, event: 'phase-ended', phase: name, ...(early ? {early} : {})})
    ends(phase, startMs, endMs)
  }
}
