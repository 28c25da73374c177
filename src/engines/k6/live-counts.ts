import type {LiveLoad} from '../engine.js'
import {createHistograms, percentileMs} from '../pacer/histograms.js'
import type {Ending} from './open-second.js'

/** Counts what k6 has told since the last second, for the progress display. */
export const createLiveCounts = () => {
  const latencyUs = createHistograms().take()
  let due = 0
  let settled = 0
  let errors = 0
  return {
    due: (): void => {
      due++
    },
    ended: (ending: Ending, tookUs: number): void => {
      settled++
      if ('failure' in ending || ending.status >= 500) errors++
      if ('status' in ending) latencyUs.recordValue(Math.max(0, Math.round(tookUs)))
    },
    /** What was counted since the last take, a second ago. */
    take: (atMs: number, inFlight: number): LiveLoad => {
      const answered = latencyUs.totalCount
      const live: LiveLoad = {
        atMs,
        offeredPerSecond: due,
        achievedPerSecond: answered,
        errorRatio: settled === 0 ? 0 : errors / settled,
        ...(answered > 0 && {p99Ms: percentileMs(latencyUs, 99)}),
        inFlight,
      }
      latencyUs.reset()
      due = 0
      settled = 0
      errors = 0
      return live
    },
  }
}
