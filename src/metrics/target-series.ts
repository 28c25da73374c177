import type {Dialect, ExposedSample} from './exposition.js'
import {parseExposition} from './exposition.js'
import {parseSeriesText} from './exposition-labels.js'
import type {Labels} from './source.js'
import type {MetricStore, StoredSeries} from './store.js'

/**
 * The labels a series is stored under: its own and the target's. A label that both have keeps the target's value and
 * moves its own to `exported_…`; an empty label is no label. As Prometheus does with `honor_labels: false`.
 */
const withTargetLabels = (own: Labels, target: Labels): Labels => {
  const labels = new Map(Object.entries(target))
  for (const [name, value] of Object.entries(own)) {
    let free = name
    while (labels.has(free)) free = `exported_${free}`
    if (value !== '') labels.set(free, value)
  }
  return Object.fromEntries(labels)
}

/** What is remembered of a series between two scrapes of its target. */
interface Exposed {
  /** As the target writes it. */
  text: string
  series: StoredSeries
  /** Start of the last scrape that had it; `undefined` before the first. */
  seenMs: number | undefined
  /** A target that dates its samples itself decides how long they hold: no staleness marker. */
  dated: boolean
}

/** The series one target exposes: parses each label set once, and marks what vanishes as stale. */
export class TargetSeries {
  readonly #labels: Labels
  readonly #store: MetricStore
  readonly #known = new Map<string, Exposed>()
  /** What the last body had, in its order: mostly what the next one has. */
  #expected: readonly Exposed[] = []
  #newestDatedMs: number | undefined

  /** The newest time that the last body gave a sample itself; none when it dated nothing. */
  get newestDatedMs(): number | undefined {
    return this.#newestDatedMs
  }

  constructor(labels: Labels, store: MetricStore) {
    this.#labels = labels
    this.#store = store
  }

  /** Stores a whole body, scraped at `atMs`, or throws EnvironmentError and stores nothing. Returns the number of samples. */
  record(body: string, dialect: Dialect, atMs: number): number {
    const samples = parseExposition(body, dialect, (text) => this.#lookUp(text), this.#expected)
    this.#newestDatedMs = undefined
    for (const sample of samples) this.#append(sample, atMs)
    this.#markStale(atMs, ({seenMs}) => seenMs !== atMs)
    this.#expected = samples.map(({series}) => series)
    return samples.length
  }

  /** The target did not answer, or is no target any more: all its series end. */
  vanish(atMs: number): void {
    this.#markStale(atMs, () => true)
    this.#expected = []
  }

  #lookUp(text: string): Exposed {
    const known = this.#known.get(text)
    if (known) return known
    // A slice keeps the whole body it was cut from in memory; the copy does not.
    const copy = Buffer.from(text).toString()
    const labels = withTargetLabels(parseSeriesText(copy), this.#labels)
    const exposed = {text: copy, series: this.#store.series(labels), seenMs: undefined, dated: false}
    this.#known.set(copy, exposed)
    return exposed
  }

  #append({series: exposed, value, tMs}: ExposedSample<Exposed>, atMs: number): void {
    this.#store.append(exposed.series, tMs ?? atMs, value)
    // The same series may have come first under another spelling of its labels, or from another target.
    if (exposed.series.samples.length === 0) exposed.series = this.#store.series(exposed.series.labels)
    exposed.seenMs = atMs
    exposed.dated = tMs !== undefined
    if (tMs !== undefined && tMs > (this.#newestDatedMs ?? Number.NEGATIVE_INFINITY))
      this.#newestDatedMs = tMs
  }

  #markStale(atMs: number, isGone: (exposed: Exposed) => boolean): void {
    for (const [text, exposed] of this.#known) {
      if (!isGone(exposed)) continue
      this.#known.delete(text)
      const {seenMs, dated, series} = exposed
      // The same series may live on under another spelling of its labels, and then has a sample at `atMs` already.
      if (seenMs !== undefined && !dated && series.samples.lastMs < atMs)
        this.#store.append(series, atMs, null)
    }
  }
}
