import {messageOf} from '../../errors.js'
import type {Aimed, Evidence, Fault, World} from '../../faults/fault.js'
import type {PlannedFault} from '../../plan/plan.js'
import type {Json} from '../../system/json.js'
import type {UndoStack} from '../undo/undo-stack.js'

/** A fault that is in force until it is released. */
export interface HeldFault {
  /** What was seen right after it was put in force; without load, many faults show nothing. */
  evidence: Evidence
  /** Looks once more whether it takes effect; a look that fails or takes too long says nothing: unknown. */
  look(): Promise<Evidence>
  /** Takes it back and reads back that it is; throws when it could not, and then the stack tries again at the end. */
  release(): Promise<void>
}

const looks = 3
const lookEveryMs = 700
/** One look takes this long at most: a trial waits for it. */
const longestLookMs = 10_000

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
  let last: Evidence | undefined
  const look = async (): Promise<Evidence> => {
    last = await lookAt(aimed, fault, inverse, world, last)
    return last
  }
  for (let count = 0; count < looks && last?.bit !== 'yes'; count++) {
    await world.clock.sleep(lookEveryMs, world.signal)
    await look()
  }
  const evidence = last ?? {bit: 'unknown', observations: [], numbers: {}}
  return {evidence, look, release: () => undo.undo(planned.id)}
}

const lookAt = async (
  aimed: Aimed<Json>,
  fault: Fault,
  inverse: Json,
  world: World,
  earlier: Evidence | undefined,
): Promise<Evidence> => {
  const over = new AbortController()
  const tooLong = world.clock.sleep(longestLookMs, over.signal).then(() => {
    throw new Error('the look took too long')
  })
  tooLong.catch(() => {})
  try {
    const seen = fault.observe(aimed, inverse, world, {level: 1, ...(earlier && {earlier})})
    return await Promise.race([seen, tooLong])
  } catch (cause) {
    world.signal.throwIfAborted()
    return {bit: 'unknown', observations: [messageOf(cause)], numbers: earlier?.numbers ?? {}}
  } finally {
    over.abort(new Error('the look is over'))
  }
}
