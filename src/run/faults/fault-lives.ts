import {messageOf} from '../../errors.js'
import type {Fault} from '../../faults/fault.js'
import type {PlannedFault} from '../../plan/plan.js'
import {shareVictims} from '../../plan/same-victims.js'
import {formatDuration} from '../../scenarios/quantities.js'
import type {FaultStage} from './fault-in-force.js'
import {liveFault} from './fault-life.js'

/** Waiting for an earlier fault to be undone is worth a word from this long on. */
const lateMs = 500

/**
 * Lets every fault live at its time. One that begins when another ends with the same victims waits until that is
 * undone: what it finds, and puts back later, must not be the other's doing.
 *
 *   f1 ├──────────┤ undo
 *   f2            ├ waits ─┤ prepare ▸ inject ──────┤ undo
 *   f3     ├──────────────────┤ undo
 */
export const liveFaults = (
  planned: readonly PlannedFault[],
  faultNamed: (name: string) => Fault,
  stage: Omit<FaultStage, 'startedMs'>,
): Promise<void>[] => {
  const lives = new Map<string, Promise<void>>()
  for (const one of planned) {
    const before = planned.filter((other) => other.endMs <= one.startMs && shareVictims(one, other))
    lives.set(
      one.id,
      liveInTurn(one, faultNamed, stage, before, (id) => lives.get(id)),
    )
  }
  return [...lives.values()]
}

const liveInTurn = async (
  one: PlannedFault,
  faultNamed: (name: string) => Fault,
  stage: Omit<FaultStage, 'startedMs'>,
  before: readonly PlannedFault[],
  lifeOf: (id: string) => Promise<void> | undefined,
): Promise<void> => {
  const {world, phases, signal, record} = stage
  const {clock} = world
  try {
    await phases.until(one.startMs, signal)
    const startMs = phases.epochOf(one.startMs)
    // One that failed stops the run, and with it this one.
    await Promise.allSettled(before.map(({id}) => lifeOf(id)))
    signal.throwIfAborted()
    const waitedMs = clock.now() - startMs
    if (before.length > 0 && waitedMs >= lateMs) {
      const names = before.map(({id, fault}) => `${id} ${fault}`).join(', ')
      const message = `${one.id} ${one.fault} began ${formatDuration(waitedMs)} late: it waited for the undoing of ${names}`
      record({kind: 'event', atMs: clock.now(), event: 'note', message})
    }
    await liveFault(one, faultNamed(one.fault), {...stage, startedMs: phases.epochOf(0)})
  } catch (cause) {
    const message = messageOf(cause)
    if (!signal.aborted)
      record({kind: 'event', atMs: clock.now(), event: 'fault-failed', fault: one.id, message})
    throw cause
  }
}
