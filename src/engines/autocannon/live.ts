import type {LiveLoad} from '../engine.js'
import {createHistograms} from '../pacer/histograms.js'

/** What happens in the running second, for the progress display. */
export interface Live {
  sent(): void
  answered(latencyUs: number, isError: boolean): void
  failed(): void
  /** Tells what was counted since the last time. */
  tell(atMs: number, inFlight: number): void
}

/** Counts from zero, second by second. */
export const createLive = (onLive: (live: LiveLoad) => void): Live => {
  const latencyUs = createHistograms().take()
  const counts = {sent: 0, errors: 0, settled: 0}
  const settled = (isError: boolean): void => {
    counts.settled++
    if (isError) counts.errors++
  }
  return {
    sent: () => {
      counts.sent++
    },
    answered: (us, isError) => {
      latencyUs.recordValue(us)
      settled(isError)
    },
    failed: () => settled(true),
    tell: (atMs, inFlight) => {
      const answered = latencyUs.totalCount
      onLive({
        atMs,
        offeredPerSecond: counts.sent,
        achievedPerSecond: answered,
        errorRatio: counts.settled === 0 ? 0 : counts.errors / counts.settled,
        ...(answered > 0 && {p99Ms: latencyUs.getValueAtPercentile(99) / 1000}),
        inFlight,
      })
      latencyUs.reset()
      Object.assign(counts, {sent: 0, errors: 0, settled: 0})
    },
  }
}
