import type {Aimed, Fault, World} from '../../faults/fault.js'
import type {PlannedFault} from '../../plan/plan.js'
import type {Json} from '../../system/json.js'
import type {PhaseClock} from '../phase-clock.js'
import type {RunEvent} from '../record.js'
import type {UndoStack} from '../undo/undo-stack.js'

/** What the life of a fault needs. */
export interface FaultStage {
  world: World
  undo: UndoStack
  /** The plan's time, which jumps when a phase ends early. */
  phases: PhaseClock
  /** Epoch ms at which the plan's time would have begun, had it gone on as it does now; no jump falls into a schedule. */
  startedMs: number
  signal: AbortSignal
  record(event: RunEvent): void
  /** Told when nothing of a fault (its id) is under way any more but its undoing. */
  landed?(id: string): void
  /** Told when the set of faults in force changes. */
  inForce(fault: PlannedFault, yes: boolean): void
}

/** A fault that was injected and not yet undone. */
export interface FaultInForce {
  aimed: Aimed<Json>
  fault: Fault
  inverse: Json
  stage: FaultStage
  /** Epoch ms at which it is undone, unless its phase ends early. */
  endMs: number
  /** The strength that it was last brought to: what was asked for may not have landed. */
  level: number
}
