import {messageOf} from '../errors.js'
import type {Aimed, Evidence, Fault, Moment, World} from '../faults/fault.js'
import type {PlannedFault} from '../plan/plan.js'
import type {Json} from '../system/json.js'
import type {RunEvent} from './record.js'
import type {UndoStack} from './undo-stack.js'

/** What the life of a fault needs. */
export interface FaultStage {
  world: World
  undo: UndoStack
  /** Epoch ms of the first request. */
  startedMs: number
  signal: AbortSignal
  record(event: RunEvent): void
  /** Told when the set of faults in force changes. */
  inForce(fault: PlannedFault, yes: boolean): void
}

/** Traffic gets this long to meet a fresh fault before somebody looks. */
const firstLookMs = 1_500

/** A look takes this long at most; the last one must not stretch the fault. */
const lastLookMs = 3_000

/**
 *   start                     first look       last look, if need be   end
 *     │ prepare ▸ journal ▸ inject │ … │ observe │ …… │ observe │ …… │ undo
 */
export const liveFault = async (planned: PlannedFault, fault: Fault, stage: FaultStage): Promise<void> => {
  const {world, undo, signal, record} = stage
  const {clock} = world
  // The options were parsed by this fault's own schema when the scenario was read.
  const aimed = planned as Aimed<Json>
  const event = (name: 'fault-asked' | 'fault-applied' | 'fault-undone'): void =>
    record({kind: 'event', atMs: clock.now(), event: name, fault: planned.id})

  await clock.sleep(stage.startedMs + planned.startMs - clock.now(), signal)
  const inverse = await fault.prepare(aimed, world)
  await undo.intend({id: planned.id, name: planned.fault, fault, inverse})
  signal.throwIfAborted()
  event('fault-asked')
  await fault.inject(aimed, inverse, world)
  event('fault-applied')
  stage.inForce(planned, true)

  const endMs = stage.startedMs + planned.endMs
  await clock.sleep(Math.min(firstLookMs, (endMs - clock.now()) / 2), signal)
  const first = await look(aimed, fault, inverse, stage, {level: 1})
  if (first.bit !== 'yes') {
    await clock.sleep(endMs - lastLookMs - clock.now(), signal)
    await look(aimed, fault, inverse, stage, {level: 1, earlier: first})
  }
  await clock.sleep(endMs - clock.now(), signal)
  await undo.undo(planned.id)
  event('fault-undone')
  stage.inForce(planned, false)
}

/** One look, written down. A look that fails says nothing about the fault: unknown. */
const look = async (
  aimed: Aimed<Json>,
  fault: Fault,
  inverse: Json,
  stage: FaultStage,
  moment: Moment,
): Promise<Evidence> => {
  let evidence: Evidence
  try {
    evidence = await Promise.race([
      fault.observe(aimed, inverse, stage.world, moment),
      rejectedBy(stage.signal),
    ])
  } catch (cause) {
    stage.signal.throwIfAborted()
    evidence = {bit: 'unknown', observations: [messageOf(cause)], numbers: {}}
  }
  const atMs = stage.world.clock.now()
  stage.record({kind: 'event', atMs, event: 'fault-seen', fault: aimed.id, evidence})
  return evidence
}

/** A look is given up at once when the run stops: undo must not wait for it. */
const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), {once: true})
  })
