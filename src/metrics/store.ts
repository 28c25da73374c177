import {compileMatchers} from '../promql/index.js'
import type {Matcher, SeriesData, Storage} from '../promql/storage.js'
import type {Labels} from './source.js'
import {BlockPool} from './store/block-pool.js'
import {LabelIndex} from './store/label-index.js'
import {lazySeries} from './store/lazy-series.js'
import {Samples} from './store/samples.js'

/** One series; a scraper keeps hold of it and appends without a look-up. */
export interface StoredSeries {
  readonly labels: Labels
  readonly samples: Samples
}

export interface StoreTotals {
  series: number
  samples: number
  /** Memory that the samples take, without what their series take. */
  bytes: number
  /** Samples that were not newer than the newest of their series. */
  refused: number
  /** Samples forgotten, for their age or to stay within a limit. */
  dropped: number
  /** Epoch ms up to which samples were forgotten; minus infinite when none were. */
  droppedUntilMs: number
}

export interface StoreOptions {
  /**
   * Memory that samples may take: some 2 bytes each for counters, 10 or less for most others, 18 at worst, in blocks of
   * 128 bytes per series. When it is more, the oldest tenth of the time covered is forgotten, in all series alike, and
   * tenths after it until a twentieth of the limit is free. Series themselves are not counted. Default: 512 MB.
   */
  maxBytes?: number
  /** The same for the number of samples. Default: no limit. */
  maxSamples?: number
  /** Samples of a further series are refused, and counted as such, while this many are held. Default: no limit. */
  maxSeries?: number
  /** Told once, the first time that samples are forgotten for lack of room, and the first time a series is refused. */
  onWarning?: (message: string) => void
}

const megabyte = 1e6
const defaultMaxBytes = 512 * megabyte
/** Share of a limit that is still used after samples were forgotten; more would have the next one come too soon. */
const usedAfterForgetting = 0.95

/** Holds samples in memory, indexed by label, and lets PromQL read them. A series is in the index while it has samples. */
export class MetricStore implements Storage {
  readonly #pool = new BlockPool()
  readonly #index = new LabelIndex<StoredSeries>()
  readonly #maxBytes: number
  readonly #maxSamples: number
  readonly #maxSeries: number
  readonly #told = new Set<'room' | 'series'>()
  readonly #onWarning: (message: string) => void
  readonly #totals: Omit<StoreTotals, 'bytes'> = {
    series: 0,
    samples: 0,
    refused: 0,
    dropped: 0,
    droppedUntilMs: Number.NEGATIVE_INFINITY,
  }

  constructor({
    maxBytes = defaultMaxBytes,
    maxSamples = Number.POSITIVE_INFINITY,
    maxSeries = Number.POSITIVE_INFINITY,
    onWarning = () => {},
  }: StoreOptions = {}) {
    this.#maxBytes = maxBytes
    this.#maxSamples = maxSamples
    this.#maxSeries = maxSeries
    this.#onWarning = onWarning
  }

  totals(): StoreTotals {
    return {...this.#totals, bytes: this.#pool.usedBytes}
  }

  /** The series with these labels; a new one counts only from its first sample. */
  series(labels: Labels): StoredSeries {
    return this.#index.find(labels) ?? {labels, samples: new Samples(this.#pool)}
  }

  /** Adds a sample, `null` for a staleness marker. False, and counted, when it is out of order or a duplicate. */
  append(series: StoredSeries, tMs: number, value: number | null): boolean {
    const isNew = series.samples.length === 0
    // Of two that were handed out for the same labels, the one that came first is the series.
    const held = isNew ? this.#index.find(series.labels) : undefined
    if (held && held !== series) return this.append(held, tMs, value)
    if (isNew && this.#totals.series >= this.#maxSeries) return this.#refuseSeries()
    if (!series.samples.append(tMs, value)) {
      this.#totals.refused++
      return false
    }
    if (isNew) {
      this.#index.add(series)
      this.#totals.series++
    }
    this.#totals.samples++
    if (this.#use() > 1) this.#forgetOldest()
    return true
  }

  /** What matches and has samples in (fromMs, toMs], with these; they are to be read before the next `append`. */
  select(matchers: Matcher[], fromMs: number, toMs: number): SeriesData[] {
    const matching = [...this.#matching(matchers, fromMs, toMs)]
    const found = matching.filter(({samples}) => samples.hasBetween(fromMs, toMs))
    return lazySeries(found, fromMs, toMs)
  }

  /** Labels of what matches and has samples in (fromMs, toMs], going by its first and last one only. */
  labelsOf(matchers: Matcher[], fromMs: number, toMs: number): Labels[] {
    return Array.from(this.#matching(matchers, fromMs, toMs), ({labels}) => labels)
  }

  /** Forgets every sample with `t <= cutoffMs`, and the series that are left without one. */
  forgetUntil(cutoffMs: number): void {
    const gone = new Set<StoredSeries>()
    let dropped = 0
    for (const series of this.#index.all()) {
      dropped += series.samples.dropUntil(cutoffMs)
      if (series.samples.length === 0) gone.add(series)
    }
    if (dropped === 0) return
    this.#index.remove(gone)
    this.#totals.series -= gone.size
    this.#totals.samples -= dropped
    this.#totals.dropped += dropped
    this.#totals.droppedUntilMs = Math.max(this.#totals.droppedUntilMs, cutoffMs)
  }

  *#matching(matchers: Matcher[], fromMs: number, toMs: number): Iterable<StoredSeries> {
    const matching = compileMatchers(matchers)
    for (const series of this.#index.candidates(matchers)) {
      const {firstMs, lastMs} = series.samples
      if (lastMs > fromMs && firstMs <= toMs && matching(series.labels)) yield series
    }
  }

  /** How much of the limits is used; above 1 is too much. */
  #use(): number {
    return Math.max(this.#totals.samples / this.#maxSamples, this.#pool.usedBytes / this.#maxBytes)
  }

  #forgetOldest(): void {
    const limit =
      this.#totals.samples > this.#maxSamples
        ? `${this.#maxSamples} samples`
        : `${this.#maxBytes / megabyte} MB of samples`
    this.#tellOnce(
      'room',
      `More than ${limit}: the oldest are forgotten from now on. Scrape fewer series, or less often.`,
    )
    let [oldestMs, newestMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const {samples} of this.#index.all()) {
      oldestMs = Math.min(oldestMs, samples.firstMs)
      newestMs = Math.max(newestMs, samples.lastMs)
    }
    for (let tenth = 1; tenth <= 10 && this.#use() > usedAfterForgetting; tenth++)
      this.forgetUntil(tenth === 10 ? newestMs : oldestMs + ((newestMs - oldestMs) * tenth) / 10)
  }

  #refuseSeries(): false {
    this.#tellOnce(
      'series',
      `More than ${this.#maxSeries} series: new ones are refused until old ones are gone.`,
    )
    this.#totals.refused++
    return false
  }

  #tellOnce(what: 'room' | 'series', message: string): void {
    if (this.#told.has(what)) return
    this.#told.add(what)
    this.#onWarning(message)
  }
}
