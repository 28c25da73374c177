import type {Fault} from '../../src/faults/fault.js'
import type {PlannedFault} from '../../src/plan/plan.js'
import {liveFaults} from '../../src/run/faults/fault-lives.js'
import {PhaseClock} from '../../src/run/phase-clock.js'
import type {RunEvent} from '../../src/run/record.js'
import type {Journal} from '../../src/run/undo/journal.js'
import {type Residual, UndoStack} from '../../src/run/undo/undo-stack.js'
import type {Clock} from '../../src/system/clock.js'
import {jumpingClock} from './run-clock.js'
import {emptyWorld} from './run-world.js'

const noJournal: Journal = {path: 'none', append: async () => {}, close: async () => {}}

type EventOf<Name extends RunEvent['event']> = RunEvent & {event: Name}

/** How the faults of a run fared. */
export interface Performance {
  /** What was recorded, with times from the first request. */
  eventsNamed<Name extends RunEvent['event']>(name: Name): EventOf<Name>[]
  residual: Residual[]
  /** Why each life that failed did so. */
  failures: unknown[]
}

/** Lets faults live as a run does, stop and undo included, on a clock that jumps: no time passes meanwhile. */
export const perform = async (
  planned: PlannedFault[],
  fault: (clock: Clock, stop: AbortController, phases: PhaseClock) => Fault,
): Promise<Performance> => {
  const clock = jumpingClock()
  const stop = new AbortController()
  const startedMs = clock.now() + 100
  const events: RunEvent[] = []
  const undo = new UndoStack(noJournal, {...emptyWorld(), clock})
  const phases = new PhaseClock(clock, startedMs)
  const made = fault(clock, stop, phases)
  const lives = liveFaults(planned, () => made, {
    world: {...emptyWorld(stop.signal), clock},
    undo,
    phases,
    signal: stop.signal,
    record: (event) => events.push({...event, atMs: event.atMs - startedMs}),
    inForce: () => {},
  })
  for (const life of lives) life.catch((cause: unknown) => stop.abort(cause))
  const settled = await Promise.allSettled(lives)
  const residual = await undo.undoAll(() => {})
  return {
    eventsNamed: <Name extends RunEvent['event']>(name: Name) =>
      events.filter((event): event is EventOf<Name> => event.event === name),
    residual,
    failures: settled.flatMap((life) => (life.status === 'rejected' ? [life.reason] : [])),
  }
}
