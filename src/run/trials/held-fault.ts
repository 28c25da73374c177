import type {Aimed, Evidence, Fault, World} from '../../faults/fault.js'
import type {PlannedFault} from '../../plan/plan.js'
import type {Json} from '../../system/json.js'
import type {UndoStack} from '../undo/undo-stack.js'

/** A fault that is in force until it is released. */
export interface HeldFault {
  evidence: Evidence
  /** Takes it back and reads back that it is; throws when it could not, and then the stack tries again at the end. */
  release(): Promise<void>
}

const looks = 3
const lookEveryMs = 700

/** Injects a fault, journalled first, and looks whether it took effect; it stays until it is released. */
export const holdFault = async (
  planned: PlannedFault,
  fault: Fault,
  {world, undo}: {world: World; undo: UndoStack},
): Promise<HeldFault> => {
  // The options were parsed by this fault's own schema when the scenario was read, or are ours.
  const aimed = planned as Aimed<Json>
  const inverse = await fault.prepare(aimed, world)
  await undo.intend({id: planned.id, name: planned.fault, fault, inverse})
  world.signal.throwIfAborted()
  await fault.inject(aimed, inverse, world)
  let evidence: Evidence = {bit: 'unknown', observations: [], numbers: {}}
  for (let look = 0; look < looks && evidence.bit !== 'yes'; look++) {
    await world.clock.sleep(lookEveryMs, world.signal)
    evidence = await fault.observe(aimed, inverse, world, {level: 1, ...(look > 0 && {earlier: evidence})})
  }
  return {evidence, release: () => undo.undo(planned.id)}
}
