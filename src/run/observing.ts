import {messageOf} from '../errors.js'
import type {MetricSource} from '../metrics/source.js'
import type {Clock} from '../system/clock.js'
import type {Course} from './course.js'
import type {ObservationSaver} from './observations.js'
import type {RunEvent} from './record.js'

/** Samples are saved this often while the run goes on, so that a crash loses little. */
const saveEveryMs = 5_000
/** A scrape that began this long ago has its samples in the store. */
const settledMs = 2_000

interface Observing {
  saver: ObservationSaver
  metrics: MetricSource
  clock: Clock
}

/** Saves what was scraped every few seconds until the signal aborts; throws its reason. */
export const saveOften = async ({saver, metrics, clock}: Observing, signal: AbortSignal): Promise<void> => {
  for (;;) {
    await clock.sleep(saveEveryMs, signal)
    // A Prometheus keeps its samples: they are fetched once, at the end.
    if (metrics.kind === 'embedded') await saver.saveSamples(clock.now() - settledMs)
  }
}

/**
 * Saves the samples up to now, and the answers of every phase that went to its end. A source that fails now costs the verdict
 * its data, not the user the rest of the record: it is written down.
 */
export const saveAll = async (
  {saver, metrics, clock}: Observing,
  {passed, phases: {startedMs}}: Course,
  record: (event: RunEvent) => void,
): Promise<void> => {
  try {
    await metrics.caughtUp(clock.now())
    await saver.saveSamples(clock.now())
    for (const phase of passed) await saver.saveAnswers(phase, startedMs)
  } catch (cause) {
    const message = `the observations are not complete: ${messageOf(cause)}`
    record({kind: 'event', atMs: clock.now(), event: 'error', message})
  }
}
