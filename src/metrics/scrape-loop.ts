import type {Dispatcher} from 'undici'
import {messageOf} from '../errors.js'
import type {ScrapeTarget} from '../scenarios/target.js'
import type {Clock} from '../system/clock.js'
import {seededRandom} from '../system/random.js'
import {scrapeOnce} from './scrape.js'
import type {ClockReading} from './source.js'
import type {MetricStore, StoredSeries} from './store.js'
import {TargetSeries} from './target-series.js'

/** How a target's last scrape went. */
export interface TargetHealth {
  url: string
  labels: Record<string, string>
  /** `undefined` before the first scrape is over. */
  up: boolean | undefined
  /** Epoch ms at which the last finished scrape began. */
  scrapedMs: number | undefined
  /** Why it failed. */
  reason: string | undefined
  /** Of a target that dates its samples itself: its newest beside our clock. One that hands on others' is behind. */
  dated?: Omit<ClockReading, 'source'>
}

/** Many write whole seconds: such a date is up to a second old. */
const wholeSecondMs = 1000

export interface ScrapeContext {
  intervalMs: number
  store: MetricStore
  clock: Clock
  dispatcher: Dispatcher
  /** Limit for a whole scrape; by default what `timeoutOf` says. */
  timeoutMs?: number
  /** Told each body that was stored, and when its scrape began. */
  onBody?: (target: ScrapeTarget, body: string, atMs: number) => void
}

/** A scrape must be over before the next one is due. */
export const timeoutOf = (intervalMs: number): number => Math.floor(intervalMs * 0.9)

/** Two targets are the same when address and labels are. */
export const targetKey = ({url, labels}: ScrapeTarget): string =>
  JSON.stringify([url, Object.entries(labels).sort()])

/**
 * When a target is due next: at a phase of its own, the same in every run, so that targets do not all answer at once.
 *
 *     interval    |----------------|----------------|
 *     target a    |---a------------|---a------------|
 *     target b    |-----------b----|-----------b----|
 *
 * Slots lie on a fixed grid, so nothing drifts; slots that passed while the machine was stuck are left out.
 */
export const nextSlot = (afterMs: number, intervalMs: number, key: string): number => {
  const phaseMs = Math.floor(seededRandom(0).fork(key).next() * intervalMs)
  return (Math.floor((afterMs - phaseMs) / intervalMs) + 1) * intervalMs + phaseMs
}

/** Scrapes one target for ever, until it is stopped. */
export class ScrapeLoop {
  readonly #target: ScrapeTarget
  readonly #context: ScrapeContext
  readonly #series: TargetSeries
  /** The series that describe the scrape itself, named as Prometheus names them. */
  readonly #report: Record<'up' | 'duration' | 'count', StoredSeries>
  readonly #stopping = new AbortController()
  #health: TargetHealth

  constructor(target: ScrapeTarget, context: ScrapeContext) {
    this.#target = target
    this.#context = context
    this.#series = new TargetSeries(target.labels, context.store)
    this.#health = {...target, up: undefined, scrapedMs: undefined, reason: undefined}
    const named = (name: string): StoredSeries => context.store.series({...target.labels, __name__: name})
    this.#report = {
      up: named('up'),
      duration: named('scrape_duration_seconds'),
      count: named('scrape_samples_scraped'),
    }
  }

  get health(): TargetHealth {
    return {...this.#health}
  }

  /** Resolves once stopped, with nothing in flight. */
  async run(): Promise<void> {
    const {intervalMs, clock} = this.#context
    const {signal} = this.#stopping
    const key = targetKey(this.#target)
    let dueMs = nextSlot(clock.now(), intervalMs, key)
    while (!signal.aborted) {
      // A sleep that was cut short means that we were stopped; then the scrape below is not begun either.
      await clock.sleep(dueMs - clock.now(), signal).catch(() => {})
      if (!signal.aborted) await this.#scrape()
      // Timers may fire a fraction early: never the same slot twice.
      dueMs = nextSlot(Math.max(dueMs, clock.now()), intervalMs, key)
    }
  }

  /** Ends the target's series, `up` among them. */
  stop(): void {
    if (this.#stopping.signal.aborted) return
    this.#stopping.abort()
    const nowMs = Math.round(this.#context.clock.now())
    this.#series.vanish(nowMs)
    for (const series of Object.values(this.#report))
      if (series.samples.length > 0) this.#context.store.append(series, nowMs, null)
  }

  async #scrape(): Promise<void> {
    const {intervalMs, timeoutMs = timeoutOf(intervalMs), clock, dispatcher, onBody} = this.#context
    const {signal} = this.#stopping
    const startMs = Math.round(clock.now())
    try {
      const exposed = await scrapeOnce(this.#target.url, timeoutMs, dispatcher, signal)
      if (signal.aborted) return
      this.#finish(startMs, this.#series.record(exposed.body, exposed.dialect, startMs))
      onBody?.(this.#target, exposed.body, startMs)
    } catch (error) {
      if (signal.aborted) return
      this.#series.vanish(startMs)
      this.#finish(startMs, 0, messageOf(error))
    }
  }

  #datedAhead(startMs: number): TargetHealth['dated'] {
    const newestMs = this.#series.newestDatedMs
    if (newestMs === undefined) return undefined
    const endMs = this.#context.clock.now()
    const coarseMs = newestMs % wholeSecondMs === 0 ? wholeSecondMs : 0
    const withinMs = (endMs - startMs + coarseMs) / 2
    return {aheadMs: newestMs + coarseMs / 2 - (startMs + endMs) / 2, withinMs, dated: true}
  }

  #finish(startMs: number, count: number, reason?: string): void {
    const {store, clock} = this.#context
    store.append(this.#report.up, startMs, reason === undefined ? 1 : 0)
    store.append(this.#report.duration, startMs, (clock.now() - startMs) / 1000)
    store.append(this.#report.count, startMs, count)
    const dated = reason === undefined ? this.#datedAhead(startMs) : this.#health.dated
    const clocks = dated === undefined ? {} : {dated}
    this.#health = {...this.#target, up: reason === undefined, scrapedMs: startMs, reason, ...clocks}
  }
}
