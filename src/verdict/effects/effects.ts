import type {RunRecord} from '../../run/record.js'
import {courseOf} from '../fault-course.js'
import {observationsOf} from '../observations.js'
import {aftermathOf} from './aftermath.js'
import {deviationsOf} from './deviations.js'
import {edgeEffectsOf} from './edges.js'
import type {Effects, FaultEffect} from './effect.js'
import {failingEdges} from './origin.js'
import {overshootOf} from './overshoot.js'

/** Seconds are this long, and so is the resolution of every time here. */
const effectResolutionMs = 1000
/** So many of the last seconds tell whether an effect lasts. */
const lastSeconds = 3

export const effectsOf = (record: RunRecord): Effects => {
  const observed = observationsOf(record)
  const unlike = deviationsOf(observed)
  const overshoot = overshootOf(observed)
  const aftermath = aftermathOf(observed)
  return {
    faults: unlike ? record.header.plan.faults.flatMap(({id}) => faultEffect(record, id, unlike) ?? []) : [],
    edges: edgeEffectsOf(observed),
    failing: failingEdges(observed),
    ...(overshoot && {overshoot}),
    ...(aftermath && {aftermath}),
  }
}

const faultEffect = (
  record: RunRecord,
  fault: string,
  unlike: readonly number[],
): FaultEffect | undefined => {
  const course = courseOf(record, fault)
  // Where no second of load was written down, nobody could feel it.
  const isWatched = record.load.some(
    ({startMs}) => course && startMs + effectResolutionMs > course.fromMs && startMs < course.toMs,
  )
  if (!course || !isWatched) return undefined
  const lastMs = record.load.at(-1)?.startMs ?? 0
  const ends = unlike.map((startMs) => startMs + effectResolutionMs)
  const felt = ends.find((endMs) => endMs > course.fromMs && endMs - effectResolutionMs < course.toMs)
  const undone = record.events.some((event) => event.event === 'fault-undone' && event.fault === fault)
  const inForce = ends.findLast((endMs) => endMs - effectResolutionMs < course.toMs) ?? 0
  const mitigated = felt !== undefined && inForce + lastSeconds * effectResolutionMs <= course.toMs
  const after = ends.filter((endMs) => endMs > course.toMs)
  return {
    fault,
    ...(felt === undefined ? {} : {feltMs: felt - course.fromMs}),
    ...(mitigated ? {mitigatedMs: inForce - course.fromMs} : {}),
    ...(undone ? {overMs: Math.max(0, (after.at(-1) ?? course.toMs) - course.toMs)} : {}),
    lasting: unlike.some((startMs) => startMs > lastMs - lastSeconds * effectResolutionMs),
  }
}
