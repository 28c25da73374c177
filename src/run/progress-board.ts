import type {LiveLoad} from '../engines/engine.js'
import type {Plan, PlannedFault, PlannedPhase} from '../plan/plan.js'
import type {PhaseClock} from './phase-clock.js'
import type {ObjectiveState, Progress, RunWatcher} from './progress.js'
import type {RunEvent} from './record.js'

const tickMs = 1_000

/** Gathers how a run stands and tells the watcher once a second. */
export class ProgressBoard {
  readonly #plan: Plan
  readonly #watcher: RunWatcher
  /** Faults in force, in words; and the strength of those that vary. */
  readonly #faults = new Map<string, string>()
  readonly #levels = new Map<string, number>()
  readonly #timer: NodeJS.Timeout
  #phase: {name: Progress['phase']; startMs: number; endMs: number} = {name: 'starting', startMs: 0, endMs: 0}
  #phases: PhaseClock | undefined
  #objectives: ObjectiveState[] | undefined
  #load: LiveLoad | undefined

  constructor(plan: Plan, watcher: RunWatcher) {
    this.#plan = plan
    this.#watcher = watcher
    this.#timer = setInterval(() => this.#tell(), tickMs)
    this.#tell()
  }

  phase(phase: PlannedPhase, phases: PhaseClock): void {
    this.#phase = phase
    this.#phases = phases
    this.#objectives = undefined
    this.#tell()
  }

  /** How the objectives of the phase that is on stand. */
  objectives(states: ObjectiveState[]): void {
    this.#objectives = states
  }

  load(live: LiveLoad): void {
    this.#load = live
  }

  fault(fault: PlannedFault, inForce: boolean): void {
    if (inForce) this.#faults.set(fault.id, fault.aim.does)
    else this.#faults.delete(fault.id)
    this.#tell()
  }

  /** Passes on what deserves a line of its own. */
  event(event: RunEvent): void {
    if (event.event === 'fault-undone') this.#faults.delete(event.fault)
    if (event.event === 'fault-level') this.#levels.set(event.fault, event.level)
    const note = noteOf(event, this.#plan)
    if (note) this.#watcher.note(note)
  }

  finishing(): void {
    this.#phase = {name: 'finishing', startMs: 0, endMs: 0}
    this.#objectives = undefined
    this.#tell()
  }

  over(): void {
    clearInterval(this.#timer)
  }

  #inWords(id: string, does: string): string {
    const level = this.#levels.get(id)
    return level === undefined ? does : `${does}, strength ${Math.round(level * 100)} %`
  }

  #tell(): void {
    const planMs = Math.max(0, this.#phases?.now() ?? 0)
    const skippedMs = this.#phases?.skippedMs ?? 0
    this.#watcher.progress({
      scenario: this.#plan.scenario.name,
      phase: this.#phase.name,
      elapsedMs: Math.max(0, planMs - skippedMs),
      durationMs: this.#plan.durationMs - skippedMs,
      phaseLeftMs: Math.max(0, this.#phase.endMs - planMs),
      ...(this.#load ? {load: this.#load} : {}),
      faults: [...this.#faults].map(([id, does]) => this.#inWords(id, does)),
      ...(this.#objectives ? {objectives: this.#objectives} : {}),
    })
  }
}

const noteOf = (event: RunEvent, plan: Plan): string | undefined => {
  const does = (id: string): string => plan.faults.find((fault) => fault.id === id)?.aim.does ?? id
  switch (event.event) {
    case 'fault-applied':
      return `fault in force: ${does(event.fault)}`
    case 'fault-undone':
      return `fault undone: ${does(event.fault)}`
    case 'fault-seen':
      return event.evidence.bit === 'yes'
        ? undefined
        : `not felt: ${does(event.fault)}: ${event.evidence.observations.join('; ')}`
    case 'fault-level-failed':
      return `strength not changed: ${does(event.fault)}: ${event.message}`
    case 'fault-failed':
      return `fault failed: ${does(event.fault)}: ${event.message}`
    case 'undo-failed':
      return `STILL BROKEN: ${does(event.fault)}: ${event.message}; ${event.remedy}`
    case 'switches-set':
      return `switches set: ${Object.entries(event.switches).map(([name, value]) => `${name}=${value}`)}`
    case 'interrupted':
    case 'guard-tripped':
    case 'error':
    case 'warning':
    case 'note':
      return event.message
    default:
      return undefined
  }
}
