import {compileMatchers} from '../promql/index.js'
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
  /** Samples of a further series are refused, and counted as such, while this many are held. Default: no limit. */
  maxSeries?: number
  /** Told once, the first time that samples are forgotten for lack of room, and the first time a series is refused. */
  onWarning?: (message: string) => void
}

const keyOf = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Holds samples in memory, indexed by metric name, and lets PromQL read them. A series is in the index while it has samples. */
export class MetricStore implements Storage {
  readonly #byName = new Map<string, Map<string, StoredSeries>>()
  readonly #maxSamples: number
  readonly #maxSeries: number
  readonly #told = new Set<'samples' | 'series'>()
  readonly #onWarning: (message: string) => void
  readonly #totals: StoreTotals = {
    series: 0,
    samples: 0,
    refused: 0,
    dropped: 0,
    droppedUntilMs: Number.NEGATIVE_INFINITY,
  }

  constructor({
    maxSamples = 20_000_000,
    maxSeries = Number.POSITIVE_INFINITY,
    onWarning = () => {},
  }: StoreOptions = {}) {
    this.#maxSamples = maxSamples
    this.#maxSeries = maxSeries
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
    if (isNew && this.#totals.series >= this.#maxSeries) return this.#refuseSeries()
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
    const matching = compileMatchers(matchers)
    for (const {labels, samples} of this.#candidates(matchers)) {
      if (samples.lastMs <= fromMs || samples.firstMs > toMs || !matching(labels)) continue
      const {t, v} = samples.between(fromMs, toMs)
      if (t.length > 0) found.push({labels, t, v})
    }
    return found
  }

  /** Forgets every sample with `t <= cutoffMs`, and the series that are left without one. */
  forgetUntil(cutoffMs: number): void {
    const before = this.#totals.dropped
    for (const series of [...this.#candidates([])]) {
      const dropped = series.samples.dropUntil(cutoffMs)
      this.#totals.samples -= dropped
      this.#totals.dropped += dropped
      if (series.samples.length === 0) this.#forget(series)
    }
    if (this.#totals.dropped > before)
      this.#totals.droppedUntilMs = Math.max(this.#totals.droppedUntilMs, cutoffMs)
  }

  /** Labels of what matches and has samples in (fromMs, toMs], going by its first and last one only. */
  labelsOf(matchers: Matcher[], fromMs: number, toMs: number): Labels[] {
    const matching = compileMatchers(matchers)
    const found: Labels[] = []
    for (const {labels, samples} of this.#candidates(matchers)) {
      if (samples.lastMs > fromMs && samples.firstMs <= toMs && matching(labels)) found.push(labels)
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
    this.#tellOnce(
      'samples',
      `More than ${this.#maxSamples} samples: the oldest are forgotten from now on. Scrape fewer series, or less often.`,
    )
    this.forgetUntil(cutoffMs)
  }

  #refuseSeries(): false {
    this.#tellOnce(
      'series',
      `More than ${this.#maxSeries} series: new ones are refused until old ones are gone.`,
    )
    this.#totals.refused++
    return false
  }

  #tellOnce(what: 'samples' | 'series', message: string): void {
    if (this.#told.has(what)) return
    this.#told.add(what)
    this.#onWarning(message)
  }

  #forget({labels}: StoredSeries): void {
    const name = labels['__name__'] ?? ''
    const group = this.#byName.get(name)
    group?.delete(keyOf(labels))
    if (group?.size === 0) this.#byName.delete(name)
    this.#totals.series--
  }
}
