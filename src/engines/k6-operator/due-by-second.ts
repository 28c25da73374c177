import type {Plan} from '../../plan/plan.js'
import {arrivalsOfStreams} from '../pacer/agenda.js'

/** How many arrivals of a plan are due up to the end of each of its seconds. */
export const dueBySecond = (plan: Plan): number[] => {
  const cursors = arrivalsOfStreams(plan).map((arrivals) => arrivals.start())
  let count = 0
  return Array.from({length: Math.ceil(plan.durationMs / 1000)}, (_, index) => {
    const endMs = Math.min((index + 1) * 1000, plan.durationMs)
    for (const cursor of cursors) for (; cursor.atMs < endMs; cursor.advance()) count++
    return count
  })
}
