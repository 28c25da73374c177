import type {RuleGroup} from '../promql/index.js'
import type {ScrapeTarget} from '../scenarios/target.js'
import {systemClock} from '../system/clock.js'
import {startMetricsThread} from './metrics-thread.js'
import {type TargetHealth, timeoutOf} from './scrape-loop.js'
import {checkInterval} from './scraper.js'
import type {ClockReading, MetricSource} from './source.js'
import type {StoreTotals} from './store.js'

/** Our own scraper, store and PromQL, in a thread of their own. */
export interface EmbeddedSource extends MetricSource {
  readonly kind: 'embedded'
  all: NonNullable<MetricSource['all']>
  append: NonNullable<MetricSource['append']>
  clocks: NonNullable<MetricSource['clocks']>
  /** Replaces the list of targets while running; the series of those no longer listed end. */
  setTargets(targets: ScrapeTarget[]): Promise<void>
  /** How the last scrape of each target went, with the reason when it failed. */
  targets(): Promise<TargetHealth[]>
  /** How much is held, and how much was refused or forgotten. */
  totals(): Promise<StoreTotals>
}

export interface EmbeddedOptions {
  /** Credentials in a target's URL are sent as basic authentication. */
  targets: ScrapeTarget[]
  /** Whole milliseconds, 250 to 15,000. */
  intervalMs: number
  /** Samples held at most, see `StoreOptions`; when there are more, or they take more than 512 MB, the oldest go first. */
  maxSamples?: number
  /** Evaluated over the samples when a query is asked: it may name what they record, and `ALERTS`. */
  rules?: readonly RuleGroup[]
  /** Told once when samples had to be forgotten. Queries that would need them carry a warning of their own. */
  onWarning?: (message: string) => void
}

/** Samples that a target does not date are dated by our own clock. */
const readings = (targets: TargetHealth[]): ClockReading[] =>
  targets.flatMap(({url, labels, dated}) => {
    const {instance = new URL(url).host, job} = labels
    return dated ? [{source: `${job === undefined ? '' : `${job} `}${instance}`, ...dated}] : []
  })

/**
 * Starts scraping. Throws UserError for an interval out of bounds, EnvironmentError when the thread does not start.
 * Answers are those of a Prometheus that scrapes the same targets: `up` and its kin, staleness markers, 5 min lookback.
 */
export const startEmbeddedSource = async (options: EmbeddedOptions): Promise<EmbeddedSource> => {
  const {targets, intervalMs, maxSamples, rules = [], onWarning = () => {}} = options
  checkInterval(intervalMs)
  const thread = await startMetricsThread({targets, intervalMs, maxSamples, rules}, onWarning)
  return {
    kind: 'embedded',
    intervalMs,
    describe: async () => `embedded, every ${intervalMs} ms`,
    query: (expression, atMs, signal) => thread.ask('query', {expression, atMs}, {signal}),
    samples: (selector, fromMs, toMs, signal) => thread.ask('samples', {selector, fromMs, toMs}, {signal}),
    all: (fromMs, toMs, signal) => thread.ask('all', {fromMs, toMs}, {signal}),
    append: (series) => thread.ask('append', {series}),
    caughtUp: (atMs, signal) => {
      // The thread gives up by itself after three intervals and a timeout; the margin is for a busy machine.
      const ownLimitMs = Math.max(0, atMs - systemClock.now()) + 3 * intervalMs + timeoutOf(intervalMs)
      return thread.ask('caughtUp', {atMs}, {signal, limitMs: ownLimitMs + 30_000})
    },
    setTargets: (wanted) => thread.ask('setTargets', {targets: wanted}),
    targets: () => thread.ask('targets', {}),
    totals: () => thread.ask('totals', {}),
    clocks: async (signal) => readings(await thread.ask('targets', {}, {signal})),
    close: () => thread.close(),
  }
}
