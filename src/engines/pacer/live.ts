import type {Ending} from './call.js'
import {encoded, percentileMs, recorded} from './histograms.js'
import type {LivePart} from './messages.js'
import {Recorder} from './recorder.js'

/** Counts what happens in the running second, for the progress display. */
export interface LiveCounts {
  due(): void
  /** `latencyUs` from the intended send time. */
  ended(ending: Ending, latencyUs: number): void
  /** What was counted since the last take. */
  take(atMs: number, inFlight: number): LivePart
}

const isError = (ending: Ending): boolean => !('status' in ending) || ending.status >= 500

/** Starts counting from zero. */
export const createLiveCounts = (): LiveCounts => {
  const latencyUs = new Recorder()
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
    take: (atMs, inFlight) => {
      const answered = latencyUs.totalCount
      const histogram = recorded(latencyUs)
      const p99Ms = percentileMs(histogram, 99)
      const part = {
        atMs,
        due,
        settled,
        answered,
        errors,
        inFlight,
        p99Ms,
        latencyHistogram: encoded(histogram),
      }
      latencyUs.reset()
      due = 0
      settled = 0
      errors = 0
      return part
    },
  }
}
