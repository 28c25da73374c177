import type {Aimed, Fault} from '../../faults/fault.js'
import type {PlannedFault} from '../../plan/plan.js'
import type {Json} from '../../system/json.js'
import {forwardAborts} from '../stop-reason.js'
import type {FaultInForce, FaultStage} from './fault-in-force.js'
import {followLevels, untilLanded} from './fault-levels.js'
import {takeLooks} from './fault-looks.js'

/**
 * One fault from its start to its end. Its strength changes on the way if it has levels, and somebody looks whether it
 * took effect when it is strongest.
 *
 *   start                      looks               end
 *     │ prepare ▸ journal ▸ inject │ … │ observe │ …  │ undo
 *                                ▁▂▄▆██████████▆▄▂▁
 *                                adjust … adjust       ▲ no change is under way any more
 */
export const liveFault = async (planned: PlannedFault, fault: Fault, stage: FaultStage): Promise<void> => {
  const {world, undo, signal} = stage
  const event = (name: 'fault-asked' | 'fault-applied' | 'fault-undone'): void =>
    stage.record({kind: 'event', atMs: world.clock.now(), event: name, fault: planned.id})

  // The options were parsed by this fault's own schema when the scenario was read.
  const aimed = planned as Aimed<Json>
  const inverse = await fault.prepare(aimed, world)
  await undo.intend({id: planned.id, name: planned.fault, fault, inverse})
  signal.throwIfAborted()
  event('fault-asked')
  await fault.inject(aimed, inverse, world)
  event('fault-applied')
  stage.inForce(planned, true)

  const level = planned.levels?.[0]?.level ?? 1
  const endMs = stage.startedMs + planned.endMs
  await whileInForce({aimed, fault, inverse, stage, endMs, level})
  stage.landed?.(planned.id)
  await undo.undo(planned.id)
  event('fault-undone')
  stage.inForce(planned, false)
}

/** Lasts until the fault's end, or until the run stops; no change of strength is under way when it is over. */
const whileInForce = async (one: FaultInForce): Promise<void> => {
  const {aimed, stage, level} = one
  const {clock} = stage.world
  if (aimed.levels) {
    stage.record({kind: 'event', atMs: clock.now(), event: 'fault-level', fault: aimed.id, level})
  }
  const over = new AbortController()
  const stopForwarding = forwardAborts([stage.signal], over)
  // It ends with a rejection only when the fault's time is over: what is below says why.
  const following = followLevels(one, over.signal).catch(() => {})
  try {
    await takeLooks(one)
    await stage.phases.until(aimed.endMs, stage.signal)
  } finally {
    // Earlier than planned when its phase ends early: a change that is tried again later would bring the fault back.
    over.abort(new Error('the time of the fault is over'))
    stopForwarding()
    await untilLanded(following, one)
  }
}
