import {Agent, interceptors} from 'undici'
import type {Clock} from '../../system/clock.js'
import {ScrapeLoop, type TargetHealth, targetKey} from '../scrape-loop.js'
import type {MetricStore} from '../store.js'
import type {ScrapeJob} from './config.js'
import type {MetadataBook} from './metadata.js'

/** One target of a job, and how its last scrape went. */
export interface JobTarget {
  job: ScrapeJob
  health: TargetHealth
}

export interface ScrapeJobs {
  targets(): JobTarget[]
  /** Ends the series of all targets; resolves when nothing is in flight and no socket is left open. */
  close(): Promise<void>
}

interface Surroundings {
  store: MetricStore
  clock: Clock
  metadata: MetadataBook
}

/** Scrapes every target of every job, each job at its own interval. Targets that say the same twice are scraped once. */
export const startScrapeJobs = (
  jobs: readonly ScrapeJob[],
  {store, clock, metadata}: Surroundings,
): ScrapeJobs => {
  const longestMs = Math.max(0, ...jobs.map(({intervalMs}) => intervalMs))
  const agent = new Agent({keepAliveTimeout: longestMs + 10_000, connections: 2})
  const dispatcher = agent.compose(interceptors.redirect({maxRedirections: 5}))
  const running = jobs.flatMap((job) => {
    const {intervalMs, timeoutMs} = job
    const unique = new Map(job.targets.map((target) => [targetKey(target), target]))
    return [...unique.values()].map((target) => {
      const loop = new ScrapeLoop(target, {
        intervalMs,
        timeoutMs,
        store,
        clock,
        dispatcher,
        onBody: metadata.read,
      })
      return {job, loop, run: loop.run()}
    })
  })
  return {
    targets: () => running.map(({job, loop}) => ({job, health: loop.health})),
    close: async () => {
      for (const {loop} of running) loop.stop()
      await Promise.all(running.map(({run}) => run))
      await agent.destroy()
    },
  }
}
