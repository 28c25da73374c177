import {formatDuration} from '../scenarios/quantities.js'
import type {Objective, RecoveryObjective} from '../scenarios/scenario.js'
import {isLack, type Lack, type Observations} from './observations.js'
import {type View, viewsOf, windowMsOf} from './recovery-views.js'
import {sliOf} from './sli.js'
import type {ObjectiveVerdict} from './verdict.js'
import {elapsed} from './words.js'

/**
 * Judges the time from the undoing of the last fault until another objective's SLI is good again and stays so.
 *
 *   fault undone                                          end of recovery
 *   ├─────────┤ bad                                              │
 *      ├─────────┤ bad                                           │
 *         ├─────────┤ open        windows one interval apart     │
 *            ├─────────┤ good                                    │
 *               ├─────────┤ good ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ▶│
 *   low ≤ recovery ≤ high: last sample before the last bad window, end of the last one that is not good
 */
export const judgeRecovery = (
  objective: RecoveryObjective,
  objectives: readonly Objective[],
  observed: Observations,
): ObjectiveVerdict => {
  const base = {
    name: objective.name,
    kind: 'recovery',
    phase: 'recovery',
    unit: 'ms',
    target: objective.withinMs,
    comparator: '<=',
    confidence: objective.confidence,
  } as const
  const course = courseOf(objective, objectives, observed)
  return isLack(course)
    ? {...base, outcome: 'inconclusive', message: course.lack}
    : {...base, ...decided(objective, course)}
}

/** What the windows since the undoing showed; times in ms after it. */
interface Course {
  /** Recovery is no earlier than this: the last sample before the last window that was bad. */
  lowMs: number
  /** It is no later than this: the end of the last window that was not good, and one sample more. */
  highMs: number
  /** The last window of all was good. */
  recovered: boolean
  /** The last window of all was bad beyond doubt. */
  failing: boolean
  watchedMs: number
  /** Sharpness of every time above: the sample interval, or the gap where scrapes are missing. */
  resolutionMs: number
  /** Of what would be a miss: how often chance makes windows like those if the target were only just met. */
  chance: number
}

const courseOf = (
  objective: RecoveryObjective,
  objectives: readonly Objective[],
  observed: Observations,
): Course | Lack => {
  const reference = objectives.find(({name}) => name === objective.recovers)
  if (reference?.kind !== 'ratio' && reference?.kind !== 'latency') {
    return {lack: `"${objective.recovers}" is not a ratio or latency objective of this scenario`}
  }
  const recovery = observed.windows.recovery
  if (!recovery) return {lack: 'no data: the recovery phase did not run to its end'}
  const undone = observed.record.events.filter(({event}) => event === 'fault-undone').map(({atMs}) => atMs)
  if (undone.length === 0) return {lack: 'no fault was undone, so there is nothing to recover from'}
  const sli = sliOf(reference, observed)
  if (isLack(sli)) return sli
  const watched = {startMs: Math.max(...undone), endMs: recovery.endMs}
  const views = viewsOf(sli, reference, watched, observed.intervalMs)
  const watchedMs = watched.endMs - watched.startMs
  return isLack(views) ? views : courseBy(views, objective, watchedMs, observed.intervalMs)
}

const courseBy = (
  views: readonly View[],
  {withinMs, confidence}: RecoveryObjective,
  watchedMs: number,
  intervalMs: number,
): Course => {
  const alpha = (1 - confidence) / 2
  // So many windows beside each other are looked at, and any of them may look bad by chance (Bonferroni).
  const looks = Math.max(1, watchedMs / windowMsOf(intervalMs))
  const bad = views.findLast(({chance}) => chance * looks < alpha)
  const open = views.findLast(({good}) => !good)
  const last = views.at(-1)
  const recovered = last?.good === true
  const late = views.filter(({fromMs}) => fromMs > withinMs).map(({chance}) => chance)
  return {
    lowMs: bad?.fromMs ?? 0,
    highMs: (open?.toMs ?? 0) + intervalMs,
    recovered,
    failing: last !== undefined && last.chance < alpha,
    watchedMs,
    resolutionMs: Math.max(intervalMs, open?.sharpMs ?? 0),
    chance: Math.min(1, recovered ? looks * Math.min(1, ...late) : (last?.chance ?? 1)),
  }
}

const decided = (
  {recovers, withinMs}: RecoveryObjective,
  course: Course,
): Pick<ObjectiveVerdict, 'outcome' | 'message' | 'estimate' | 'interval' | 'chance'> => {
  const {lowMs, highMs, watchedMs, recovered, failing, resolutionMs, chance} = course
  const asked = `asked for within ${formatDuration(withinMs)}`
  if (!recovered) {
    const after = `${elapsed(watchedMs)} after the last undoing`
    const seen = `"${recovers}" was not good again ${after}`
    if (failing && watchedMs >= withinMs) return {outcome: 'fail', message: `${seen}, ${asked}`, chance}
    if (failing)
      return {outcome: 'inconclusive', message: `${seen}, ${asked}: the recovery phase is too short to tell`}
    const unknown = `whether "${recovers}" was good again ${after} is not known`
    return {outcome: 'inconclusive', message: `${unknown}, ${asked}: the last samples do not decide it`}
  }
  const estimate = highMs - resolutionMs
  const measured = {estimate, interval: {low: lowMs, high: highMs}, chance}
  const said = `"${recovers}" was good again within ${elapsed(estimate)} ± ${elapsed(resolutionMs)} of the last undoing, ${asked}`
  if (highMs <= withinMs) return {...measured, outcome: 'pass', message: said}
  if (lowMs > withinMs) return {...measured, outcome: 'fail', message: said}
  return {...measured, outcome: 'inconclusive', message: `${said}: the samples are too far apart to tell`}
}
