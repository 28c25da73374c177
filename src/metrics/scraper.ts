import {Agent, interceptors} from 'undici'
import {UserError} from '../errors.js'
import type {ScrapeTarget} from '../scenarios/target.js'
import type {Clock} from '../system/clock.js'
import {ScrapeLoop, type TargetHealth, targetKey, timeoutOf} from './scrape-loop.js'
import type {MetricStore} from './store.js'

export interface Scraper {
  /** Starts on new targets and ends the series of those no longer listed; the others go on undisturbed. */
  setTargets(targets: ScrapeTarget[]): void
  targets(): TargetHealth[]
  /** Resolves when every target was scraped after `atMs`, well or not, or after three intervals and a timeout. */
  caughtUp(atMs: number, signal?: AbortSignal): Promise<void>
  /** Resolves when nothing is in flight and no socket is left open. */
  close(): Promise<void>
}

export interface ScraperOptions {
  targets: ScrapeTarget[]
  /** Whole milliseconds, 250 to 15,000. */
  intervalMs: number
  store: MetricStore
  clock: Clock
}

/** Throws UserError for an interval that the scraper cannot keep. */
export const checkInterval = (intervalMs: number): void => {
  if (Number.isInteger(intervalMs) && intervalMs >= 250 && intervalMs <= 15_000) return
  throw new UserError(`A scrape interval of ${intervalMs} ms cannot be kept.`, {
    hint: 'Choose an interval between 250ms and 15s.',
  })
}

/** Scrapes every target at its own phase of one fixed interval. Throws UserError for an interval out of bounds. */
export const startScraper = ({targets, intervalMs, store, clock}: ScraperOptions): Scraper => {
  checkInterval(intervalMs)
  const agent = new Agent({keepAliveTimeout: 4 * intervalMs, connections: 2})
  const dispatcher = agent.compose(interceptors.redirect({maxRedirections: 5}))
  const loops = new Map<string, ScrapeLoop>()
  const running = new Set<Promise<void>>()

  const start = (target: ScrapeTarget): ScrapeLoop => {
    const loop = new ScrapeLoop(target, {intervalMs, store, clock, dispatcher})
    const run = loop.run().finally(() => running.delete(run))
    running.add(run)
    return loop
  }
  const setTargets = (wanted: ScrapeTarget[]): void => {
    const byKey = new Map(wanted.map((target) => [targetKey(target), target]))
    for (const [key, loop] of loops) {
      if (byKey.has(key)) continue
      loop.stop()
      loops.delete(key)
    }
    for (const [key, target] of byKey) if (!loops.has(key)) loops.set(key, start(target))
  }
  const allScrapedAfter = (atMs: number): boolean =>
    [...loops.values()].every(({health}) => health.scrapedMs !== undefined && health.scrapedMs > atMs)

  setTargets(targets)
  return {
    setTargets,
    targets: () => [...loops.values()].map(({health}) => health),
    caughtUp: async (atMs, signal) => {
      const limitMs = Math.max(atMs, clock.now()) + 3 * intervalMs + timeoutOf(intervalMs)
      while (!allScrapedAfter(atMs) && clock.now() < limitMs) await clock.sleep(intervalMs / 20, signal)
    },
    close: async () => {
      setTargets([])
      await Promise.all(running)
      await agent.destroy()
    },
  }
}
