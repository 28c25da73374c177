import type {ClockReading, MetricSource} from '../metrics/source.js'
import type {Clock} from '../system/clock.js'
import type {RunEvent} from './record.js'

const pollMs = 5_000
/** Clocks that move by less than this, beyond what the reading is good for, have not moved. */
const movedMs = 50

interface ClockWatch {
  metrics: MetricSource
  clock: Clock
  signal: AbortSignal
  record(event: RunEvent): void
}

const moved = (before: ClockReading, now: ClockReading): boolean =>
  Math.abs(now.aheadMs - before.aheadMs) > before.withinMs + now.withinMs + movedMs

/**
 * Reads the clocks that date samples every 5 s until the signal aborts, and writes down the first reading of each and
 * those that differ from the last one written.
 */
export const watchClocks = async ({metrics, clock, signal, record}: ClockWatch): Promise<void> => {
  if (!metrics.clocks) return
  const known = new Map<string, ClockReading>()
  for (;;) {
    // A source that does not answer is told by those who need its samples.
    for (const reading of await metrics.clocks(signal).catch(() => [])) {
      const before = known.get(reading.source)
      if (before !== undefined && !moved(before, reading)) continue
      known.set(reading.source, reading)
      record({kind: 'event', atMs: clock.now(), event: 'clock', ...reading})
    }
    await clock.sleep(pollMs, signal)
  }
}
