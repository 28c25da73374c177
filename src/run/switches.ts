import type {Fault, World} from '../faults/fault.js'
import type {Plan} from '../plan/plan.js'
import type {UndoStack} from './undo/undo-stack.js'

/** The id of this change in the journal and on the undo stack. */
export const switchesId = 'switches'

/** Sets the plan's switches for the whole run: a change like any other, journalled, undone and read back. */
export const setSwitches = async (plan: Plan, fault: Fault, undo: UndoStack, world: World): Promise<void> => {
  const aim = {edges: [], replicas: [], does: '', undo: ''}
  const options = {set: plan.switches}
  const planned = {id: switchesId, fault: 'switch', options, startMs: 0, endMs: plan.durationMs, aim}
  const inverse = await fault.prepare(planned, world)
  await undo.intend({id: switchesId, name: 'switch', fault, inverse})
  await fault.inject(planned, inverse, world)
}
