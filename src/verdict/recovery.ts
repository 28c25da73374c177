import {formatDuration} from '../scenarios/quantities.js'
import type {LatencyObjective, Objective, RatioObjective, RecoveryObjective} from '../scenarios/scenario.js'
import {isLack, type Lack, type Observations} from './observations.js'
import {countIn, type Sli, sliOf} from './sli.js'
import {chanceOfMiss} from './statistics/interval.js'
import type {ObjectiveVerdict} from './verdict.js'
import type {Window} from './windows.js'
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
 *   low ≤ recovery ≤ high: start of the last bad window, end of the last one that is not good
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
  /** Recovery is no earlier than this: the start of the last window that was bad. */
  lowMs: number
  /** It is no later than this: the end of the last window that was not good, and one sample more. */
  highMs: number
  /** The last window of all was good. */
  recovered: boolean
  /** The last window of all was bad beyond doubt. */
  failing: boolean
  watchedMs: number
  /** Sharpness of every time above: the sample interval. */
  resolutionMs: number
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
  return watch(sli, reference, {startMs: Math.max(...undone), endMs: recovery.endMs}, observed.intervalMs)
}

/** Windows are long enough to hold several samples, and short beside the times asked for. */
const windowMsOf = (intervalMs: number): number => Math.max(2000, 4 * intervalMs)

const watch = (
  sli: Sli,
  reference: RatioObjective | LatencyObjective,
  {startMs, endMs}: Window,
  intervalMs: number,
): Course | Lack => {
  const windowMs = windowMsOf(intervalMs)
  const watchedMs = endMs - startMs
  if (watchedMs < windowMs) {
    return {lack: `no data: ${elapsed(Math.max(0, watchedMs))} of watching after the last fault is too short`}
  }
  let lowMs = 0
  let highMs = 0
  let state: State = 'open'
  for (let offsetMs = windowMs; offsetMs <= watchedMs; offsetMs += intervalMs) {
    const end = startMs + offsetMs
    state = stateOf(sli, reference, {startMs: end - windowMs, endMs: end})
    if (state === 'bad') lowMs = offsetMs - windowMs
    if (state !== 'good') highMs = offsetMs
  }
  return {
    lowMs,
    highMs: highMs + intervalMs,
    recovered: state === 'good',
    failing: state === 'bad',
    watchedMs,
    resolutionMs: intervalMs,
  }
}

type State = 'good' | 'bad' | 'open'

/**
 * `bad` when the window misses the target beyond doubt, `good` when its share meets it; between the two, and without
 * events, it is open: a single error in two seconds neither undoes a recovery nor proves one.
 */
const stateOf = (
  sli: Sli,
  {target, confidence}: RatioObjective | LatencyObjective,
  window: Window,
): State => {
  const tally = countIn(sli, window)
  if (isLack(tally)) return 'open'
  if (tally.good / tally.total >= target) return 'good'
  // The test that the upper end of Clopper and Pearson's interval inverts: a long recovery has thousands of windows.
  return chanceOfMiss(tally.good, tally.total, target) < (1 - confidence) / 2 ? 'bad' : 'open'
}

const decided = (
  {recovers, withinMs}: RecoveryObjective,
  course: Course,
): Pick<ObjectiveVerdict, 'outcome' | 'message' | 'estimate' | 'interval'> => {
  const {lowMs, highMs, watchedMs, recovered, failing, resolutionMs} = course
  const asked = `asked for within ${formatDuration(withinMs)}`
  if (!recovered) {
    const seen = `"${recovers}" was not good again ${elapsed(watchedMs)} after the last undoing`
    if (failing && watchedMs >= withinMs) return {outcome: 'fail', message: `${seen}, ${asked}`}
    const why = failing ? 'the recovery phase is too short to tell' : 'the last samples do not decide it'
    return {outcome: 'inconclusive', message: `${seen}, ${asked}: ${why}`}
  }
  const estimate = highMs - resolutionMs
  const measured = {estimate, interval: {low: lowMs, high: highMs}}
  const said = `"${recovers}" was good again within ${elapsed(estimate)} ± ${formatDuration(resolutionMs)} of the last undoing, ${asked}`
  if (highMs <= withinMs) return {...measured, outcome: 'pass', message: said}
  if (lowMs > withinMs) return {...measured, outcome: 'fail', message: said}
  return {...measured, outcome: 'inconclusive', message: `${said}: the samples are too far apart to tell`}
}
