import type {LiveLoad} from '../engine.js'
import type {Ending} from './call.js'
import {createHistograms} from './histograms.js'

/** Counts what happens in the running second, for the progress display. */
export interface LiveCounts {
  due(): void
  /** `latencyUs` from the intended send time. */
  ended(ending: Ending, latencyUs: number): void
  /** What was counted since the last take, over this long. */
  take(atMs: number, overMs: number, inFlight: number): LiveLoad
}

const isError = (ending: Ending): boolean => !('status' in ending) || ending.status >= 500

/** Starts counting from zero. */
export const createLiveCounts = (): LiveCounts => {
  const latencyUs = createHistograms().take()
  let due = 0
  let settled = 0
  let errors = 0
  return {
    due: () => {
      due++
    },
    ended: (ending, us) => {
      settled++
      if (isError(ending)) errors++
      if ('status' in ending) latencyUs.recordValue(us)
    },
    take: (atMs, overMs, inFlight) => {
      const answered = latencyUs.totalCount
      const live: LiveLoad = {
        atMs,
        offeredPerSecond: (due * 1000) / overMs,
        achievedPerSecond: (answered * 1000) / overMs,
        errorRatio: settled === 0 ? 0 : errors / settled,
        ...(answered > 0 && {p99Ms: latencyUs.getValueAtPercentile(99) / 1000}),
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
