import {matches} from '../promql/index.js'
import type {Matcher, SeriesData, Storage} from '../promql/storage.js'
import {Samples} from './samples.js'
import type {Labels} from './source.js'

/** One series; a scraper keeps hold of it and appends without a look-up. */
export interface StoredSeries {
  readonly labels: Labels
  readonly samples: Samples
}

export interface StoreTotals {
  series: number
  samples: number
  /** Samples that were not newer than the newest of their series. */
  refused: number
  /** Samples forgotten to stay within the limit. */
  dropped: number
  /** Epoch ms up to which samples were forgotten; minus infinite when none were. */
  droppedUntilMs: number
}

export interface StoreOptions {
  /**
   * When more samples than this are held, the oldest tenth of the time covered is forgotten, in all series alike.
   * A sample takes 16 bytes, up to 32 while its array has room to grow. Default: 20 million, some 320 to 640 MB.
   */
  maxSamples?: number
  /** Told once, the first time that samples are forgotten. */
  onWarning?: (message: string) => void
}

const keyOf = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Holds samples in memory, indexed by metric name, and lets PromQL read them. A series is in the index while it has samples. */
export class MetricStore implements Storage {
  readonly #byName = new Map<string, Map<string, StoredSeries>>()
  readonly #maxSamples: number
  readonly #onWarning: (message: string) => void
  readonly #totals: StoreTotals = {
    series: 0,
    samples: 0,
    refused: 0,
    dropped: 0,
    droppedUntilMs: Number.NEGATIVE_INFINITY,
  }

  constructor({maxSamples = 20_000_000, onWarning = () => {}}: StoreOptions = {}) {
    this.#maxSamples = maxSamples
    this.#onWarning = onWarning
  }

  totals(): StoreTotals {
    return {...this.#totals}
  }

  /** The series with these labels; a new one counts only from its first sample. */
  series(labels: Labels): StoredSeries {
    return this.#byName.get(labels['__name__'] ?? '')?.get(keyOf(labels)) ?? {labels, samples: new Samples()}
  }

  /** Adds a sample, `null` for a staleness marker. False, and counted, when it is out of order or a duplicate. */
  append(series: StoredSeries, tMs: number, value: number | null): boolean {
    const isNew = series.samples.length === 0
    if (!series.samples.append(tMs, value)) {
      this.#totals.refused++
      return false
    }
    if (isNew) this.#index(series)
    this.#totals.samples++
    if (this.#totals.samples > this.#maxSamples) this.#forgetOldest()
    return true
  }

  /** What matches, with samples in (fromMs, toMs]; series without one are left out. Good until the next `append`. */
  select(matchers: Matcher[], fromMs: number, toMs: number): SeriesData[] {
    const found: SeriesData[] = []
    for (const {labels, samples} of this.#candidates(matchers)) {
      if (samples.lastMs <= fromMs || samples.firstMs > toMs || !matches(labels, matchers)) continue
      const {t, v} = samples.between(fromMs, toMs)
      if (t.length > 0) found.push({labels, t, v})
    }
    return found
  }

  *#candidates(matchers: Matcher[]): Iterable<StoredSeries> {
    const name = matchers.find(({label, op}) => label === '__name__' && op === '=')?.value
    const groups = name === undefined ? this.#byName.values() : [this.#byName.get(name) ?? new Map()]
    for (const group of groups) yield* group.values()
  }

  #index(series: StoredSeries): void {
    const name = series.labels['__name__'] ?? ''
    const group = this.#byName.get(name) ?? new Map<string, StoredSeries>()
    this.#byName.set(name, group.set(keyOf(series.labels), series))
    this.#totals.series++
  }

  #forgetOldest(): void {
    const all = [...this.#candidates([])]
    const oldest = all.reduce((min, {samples}) => Math.min(min, samples.firstMs), Number.POSITIVE_INFINITY)
    const newest = all.reduce((max, {samples}) => Math.max(max, samples.lastMs), Number.NEGATIVE_INFINITY)
    const cutoffMs = oldest + (newest - oldest) / 10
    if (this.#totals.dropped === 0)
      this.#onWarning(
        `More than ${this.#maxSamples} samples: the oldest are forgotten from now on. Scrape fewer series, or less often.`,
      )
    for (const series of all) {
      const dropped = series.samples.dropUntil(cutoffMs)
      this.#totals.samples -= dropped
      this.#totals.dropped += dropped
      if (series.samples.length === 0) this.#forget(series)
    }
    this.#totals.droppedUntilMs = cutoffMs
  }

  #forget({labels}: StoredSeries): void {
    const name = labels['__name__'] ?? ''
    const group = this.#byName.get(name)
    group?.delete(keyOf(labels))
    if (group?.size === 0) this.#byName.delete(name)
    this.#totals.series--
  }
}
