import type {Plan, PlannedFault, PlannedPhase, RateSegment} from '../../plan/plan.js'
import type {RunEvent} from '../../run/record.js'
import type {SoFar} from '../../run/standing.js'
import {type AnyPhase, type Objective, phaseNames, type RecoveryObjective} from '../../scenarios/scenario.js'
import type {Observations} from '../observations.js'
import {judgeRecovery} from '../recovery.js'
import {list} from '../words.js'
import {isShare} from './so-far.js'

/** What is judged in a phase: in the baseline also every share, which must hold before the faults. */
export const judgedIn = ({scenario}: Plan, name: AnyPhase): Objective[] =>
  scenario.objectives.filter(
    (objective) =>
      objective.during.some((phase) => phase === name) || (name === 'baseline' && isShare(objective)),
  )

/** What must be seen to its planned end: an answer at the end of a phase, an alert that may yet fire, a ratio of two phases. */
const needsAll = ({scenario}: Plan, name: AnyPhase): boolean =>
  scenario.objectives.some(
    ({kind, during}) =>
      // Alerts and comparisons ask about the baseline, too, wherever else they are judged.
      (kind === 'query' || kind === 'alert' || kind === 'relative') &&
      (during.some((phase) => phase === name) || (name === 'baseline' && kind !== 'query')),
  )

/** A load of which each stream stays at one rate, or at one number of connections, between two times of the plan. */
const isSteady = ({scenario: {load}, streams}: Plan, fromMs = 0, toMs = Number.POSITIVE_INFINITY): boolean =>
  load.script === undefined &&
  load.streams.every(({replay}) => replay === undefined) &&
  streams.every(({rates}) => isFlat(rates.filter(({startMs, endMs}) => endMs > fromMs && startMs < toMs)))

/** Whether the load in a phase does not stay the same, as far as is known. */
export const loadChangesWithin = (plan: Plan, {startMs, endMs}: PlannedPhase): boolean =>
  !isSteady(plan, startMs, endMs)

const isFlat = (rates: readonly RateSegment[]): boolean => {
  const level = rates[0]?.fromPerSecond
  return rates.every(({fromPerSecond, toPerSecond}) => fromPerSecond === level && toPerSecond === level)
}

/**
 * Why a load keeps a phase at its full length. Only one that never changes goes on as planned when later phases come
 * sooner; the last phase needs one that does not change any more: what is still to come may be what the system cannot bear.
 */
const loadKeeps = (plan: Plan, phase: PlannedPhase): string | undefined => {
  const isLast = plan.phases.at(-1)?.endMs === phase.endMs
  if (isLast ? !loadChangesWithin(plan, phase) : isSteady(plan)) return undefined
  const what = 'the load does not stay the same'
  return isLast ? `${what} in it` : `${what}, so what follows cannot come sooner`
}

/** Whether the faults in a phase do not stay the same: what was counted before a change says nothing about after it. */
export const changesWithin = ({faults}: Plan, {startMs, endMs}: PlannedPhase): boolean =>
  faults.some(
    (fault) =>
      fault.startMs < endMs &&
      startMs < fault.endMs &&
      (fault.startMs > startMs || fault.endMs < endMs || fault.levels !== undefined),
  )

/** Phases that may not end early at all, and why; for people, before the run. */
export const fullPhases = (plan: Plan): {phase: AnyPhase; why: string}[] =>
  plan.phases.flatMap((phase) => {
    const {name} = phase
    if (!phaseNames.some((judged) => judged === name)) return []
    const load = loadKeeps(plan, phase)
    if (load !== undefined) return [{phase: name, why: load}]
    if (changesWithin(plan, phase)) return [{phase: name, why: 'a fault begins, ends or changes within it'}]
    if (judgedIn(plan, name).length === 0) return [{phase: name, why: 'nothing is judged in it'}]
    return needsAll(plan, name)
      ? [{phase: name, why: 'a query, an alert or a comparison needs all of it'}]
      : []
  })

/** A fault that is to begin with its phase has begun with it when it was in force this soon. */
const atOnceMs = 5_000

/** Whether a fault was seen to take effect, and was there all along: what was counted before it is no evidence. */
const hasActed = ({id}: PlannedFault, {events, startMs}: SoFar): boolean => {
  const seen = events.some(
    (event) => event.event === 'fault-seen' && event.fault === id && event.evidence.bit === 'yes',
  )
  const applied = events.find((event) => event.event === 'fault-applied' && event.fault === id)
  return seen && applied !== undefined && applied.atMs <= startMs + atOnceMs
}

const isUndone = ({id}: PlannedFault, events: readonly RunEvent[]): boolean =>
  events.some((event) => event.event === 'fault-undone' && event.fault === id)

/** A recovery is watched for so much longer than was asked for: a relapse comes soon, or not because of the fault. */
const relapseMs = 5_000
/** A failure that outlasts its cause by so many of the longest timeouts is kept alive by something else. */
const timeouts = 5

/**
 * Whether more time can hardly change the verdict on a recovery: all the time asked for is over, and it was good again
 * within that and stayed so; or it was bad after that time.
 */
const recoveryIsCertain = (objective: RecoveryObjective, plan: Plan, observed: Observations): boolean => {
  const undoneMs = lastUndoing(observed.record.events)
  const endMs = observed.windows.recovery?.endMs
  if (undoneMs === undefined || endMs === undefined) return false
  const {outcome, interval} = judgeRecovery(objective, plan.scenario.objectives, observed)
  const afterMs = endMs - undoneMs - objective.withinMs
  if (outcome === 'fail') return afterMs > relapseMs + observed.intervalMs
  const {longestTimeoutMs = 0} = plan.scenario.phases
  const watchMs = Math.max(objective.withinMs, (interval?.high ?? 0) + relapseMs, timeouts * longestTimeoutMs)
  return outcome === 'pass' && endMs - undoneMs >= watchMs
}

const lastUndoing = (events: readonly RunEvent[]): number | undefined =>
  events.findLast(({event}) => event === 'fault-undone')?.atMs

/**
 * Why a phase may end now, in words; undefined while it must go on: something in it is not decided, or needs all of it,
 * or a fault has not yet done what it is there for, or is still being undone.
 */
export const endingOf = (
  plan: Plan,
  soFar: SoFar,
  decided: ReadonlySet<string>,
  observed: Observations,
): string | undefined => {
  const {phase, startMs, toMs, events} = soFar
  if (fullPhases(plan).some((full) => full.phase === phase.name)) return undefined
  if (!phaseNames.some((judged) => judged === phase.name)) return undefined
  const offsetMs = phase.startMs + toMs - startMs
  const [over, inForce] = [
    plan.faults.filter((fault) => fault.endMs <= offsetMs),
    plan.faults.filter((fault) => fault.startMs < phase.endMs && offsetMs < fault.endMs),
  ]
  if (!over.every((fault) => isUndone(fault, events))) return undefined
  if (!inForce.every((fault) => hasActed(fault, soFar))) return undefined
  const judged = judgedIn(plan, phase.name)
  const certain = judged.every((objective) =>
    objective.kind === 'recovery'
      ? recoveryIsCertain(objective, plan, observed)
      : decided.has(objective.name),
  )
  return certain ? `${list(judged.map(({name}) => `"${name}"`))} decided` : undefined
}
