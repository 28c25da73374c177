import type {Plan, PlannedFault, PlannedPhase} from '../../plan/plan.js'
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

/** A load at one rate from beginning to end: only such a load goes on as planned when the phases move. */
const isSteady = ({scenario: {load}, rates}: Plan): boolean => {
  if (load.script !== undefined || load.streams.some(({replay}) => replay !== undefined)) return false
  const [first] = rates
  const level = first?.fromPerSecond
  return first === undefined
    ? load.streams.every(({profile}) => profile.kind === 'connections')
    : rates.every(({fromPerSecond, toPerSecond}) => fromPerSecond === level && toPerSecond === level)
}

/** Phases that may not end early at all, and why; for people, before the run. */
export const fullPhases = (plan: Plan): {phase: AnyPhase; why: string}[] =>
  plan.phases.flatMap(({name}, index) => {
    if (!phaseNames.some((judged) => judged === name)) return []
    if (index < plan.phases.length - 1 && !isSteady(plan))
      return [{phase: name, why: 'the load does not stay the same, so what follows cannot come sooner'}]
    if (judgedIn(plan, name).length === 0) return [{phase: name, why: 'nothing is judged in it'}]
    return needsAll(plan, name)
      ? [{phase: name, why: 'a query, an alert or a comparison needs all of it'}]
      : []
  })

const eventOf = (events: readonly RunEvent[], name: RunEvent['event'], fault: string): boolean =>
  events.some((event) => event.event === name && 'fault' in event && event.fault === fault)

/** Whether a fault has done all that it is there for, but for lasting until the end of the phase. */
const hasActed = (
  {id, endMs, levels = []}: PlannedFault,
  phase: PlannedPhase,
  offsetMs: number,
  events: readonly RunEvent[],
): boolean => {
  const seen = events.some(
    (event) => event.event === 'fault-seen' && event.fault === id && event.evidence.bit === 'yes',
  )
  const schedule = levels.every(({atMs}) => atMs <= offsetMs)
  return seen && schedule && (endMs >= phase.endMs || eventOf(events, 'fault-undone', id))
}

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
 * or a fault has not yet done what it is there for.
 */
export const endingOf = (
  plan: Plan,
  {phase, startMs, toMs, events}: SoFar,
  decided: ReadonlySet<string>,
  observed: Observations,
): string | undefined => {
  if (fullPhases(plan).some((full) => full.phase === phase.name)) return undefined
  if (!phaseNames.some((judged) => judged === phase.name)) return undefined
  const offsetMs = phase.startMs + toMs - startMs
  const faults = plan.faults.filter((fault) => fault.startMs < phase.endMs && phase.startMs < fault.endMs)
  if (!faults.every((fault) => hasActed(fault, phase, offsetMs, events))) return undefined
  const judged = judgedIn(plan, phase.name)
  const certain = judged.every((objective) =>
    objective.kind === 'recovery'
      ? recoveryIsCertain(objective, plan, observed)
      : decided.has(objective.name),
  )
  return certain ? `${list(judged.map(({name}) => `"${name}"`))} decided` : undefined
}
