import type {RunRecord} from '../../run/record.js'
import type {PhaseName} from '../../scenarios/scenario.js'
import {courseOf} from '../fault-course.js'
import {observationsOf} from '../observations.js'
import {deviationsOf} from './deviations.js'
import {edgeEffectsOf} from './edges.js'

/** What the faults did to the system, measured. */
export interface Effects {
  faults: FaultEffect[]
  edges: EdgeEffect[]
}

/** How soon a fault was felt by the callers, and how soon its going was. Of overlapping faults each is told all of it. */
export interface FaultEffect {
  fault: string
  /** From its injection to the end of the first second that is unlike the baseline; absent when none was. */
  feltMs?: number
  /** From its undoing to the end of the last such second; 0 when none came after it. Absent while it was in force. */
  overMs?: number
  /** The last seconds of the record are still unlike the baseline. */
  lasting: boolean
}

/** One edge in one phase, as its caller counts. */
export interface EdgeEffect {
  edge: string
  phase: PhaseName
  calls: number
  attempts: number
  /** How often a call is tried on the wire: above 1 with retries, below 1 where a breaker or a cache answers. */
  attemptsPerCall: number
  /** Attempts that failed, by result. */
  failed: Record<string, number>
  failedShare: number
}

/** Seconds are this long, and so is the resolution of every time here. */
const effectResolutionMs = 1000
/** So many of the last seconds tell whether an effect lasts. */
const lastSeconds = 3

export const effectsOf = (record: RunRecord): Effects => {
  const observed = observationsOf(record)
  const unlike = deviationsOf(observed)
  return {
    faults: unlike ? record.header.plan.faults.flatMap(({id}) => faultEffect(record, id, unlike) ?? []) : [],
    edges: edgeEffectsOf(observed),
  }
}

const faultEffect = (
  record: RunRecord,
  fault: string,
  unlike: readonly number[],
): FaultEffect | undefined => {
  const course = courseOf(record, fault)
  if (!course) return undefined
  const lastMs = record.load.at(-1)?.startMs ?? 0
  const ends = unlike.map((startMs) => startMs + effectResolutionMs)
  const felt = ends.find((endMs) => endMs > course.fromMs && endMs - effectResolutionMs < course.toMs)
  const undone = record.events.some((event) => event.event === 'fault-undone' && event.fault === fault)
  const after = ends.filter((endMs) => endMs > course.toMs)
  return {
    fault,
    ...(felt === undefined ? {} : {feltMs: felt - course.fromMs}),
    ...(undone ? {overMs: Math.max(0, (after.at(-1) ?? course.toMs) - course.toMs)} : {}),
    lasting: unlike.some((startMs) => startMs > lastMs - lastSeconds * effectResolutionMs),
  }
}
