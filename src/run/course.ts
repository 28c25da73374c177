import type {Plan, PlannedPhase} from '../plan/plan.js'
import type {AnyPhase} from '../scenarios/scenario.js'
import type {Clock} from '../system/clock.js'
import {PhaseClock} from './phase-clock.js'
import {passPhases} from './phases.js'
import type {RunEvent} from './record.js'

/** Ending a phase this shortly before its end saves nothing. */
const leastSavedMs = 500

interface Passing {
  signal: AbortSignal
  record(event: RunEvent): void
  begins(phase: PlannedPhase): void
}

/** The phases of a run as they really went, and the one that is on. */
export class Course {
  readonly phases: PhaseClock
  /** Those that went to their end, as offsets from the first request. */
  readonly passed: PlannedPhase[] = []
  readonly #planned: readonly PlannedPhase[]
  readonly #early = new Map<AnyPhase, string>()
  #on: {phase: PlannedPhase; startMs: number} | undefined
  #endsBefore: AnyPhase | undefined
  #isCut = false

  constructor({phases}: Plan, clock: Clock, startedMs: number) {
    this.phases = new PhaseClock(clock, startedMs)
    this.#planned = phases
  }

  /** The phase that is on, and since when (epoch ms); undefined before the first and after the last. */
  get on(): {phase: PlannedPhase; startMs: number} | undefined {
    return this.#on
  }

  /** Ends a phase before its planned end; nothing when it is not on, or as good as over. */
  end(phase: PlannedPhase, why: string): void {
    if (this.#on?.phase !== phase || phase.endMs - this.phases.now() < leastSavedMs) return
    this.#early.set(phase.name, why)
    this.phases.skipTo(phase.endMs)
  }

  /** Leaves out a phase and all after it; false when it has begun. */
  endBefore({name, startMs}: PlannedPhase): boolean {
    if (this.phases.now() >= startMs) return false
    this.#endsBefore = name
    return true
  }

  /** Whether the load's own plan is longer than the run was. */
  get isCut(): boolean {
    return this.#isCut || this.phases.skippedMs > 0
  }

  /** Lasts until the last phase is over; throws the signal's reason when it aborts. */
  async pass({signal, record, begins}: Passing): Promise<void> {
    const {startedMs} = this.phases
    await passPhases(this.#planned, {
      phases: this.phases,
      signal,
      record,
      begins: (phase, startMs) => {
        this.#on = {phase, startMs}
        begins(phase)
      },
      ends: ({name}, startMs, endMs) => {
        this.#on = undefined
        this.passed.push({name, startMs: startMs - startedMs, endMs: endMs - startedMs})
      },
      earlyEnd: (name) => this.#early.get(name),
      isOver: (name) => {
        this.#isCut ||= name === this.#endsBefore
        return this.#isCut
      },
    })
  }
}
