import {type Labels, labelsKey} from '../labels.js'
import {memoryStorage} from '../memory-storage.js'
import type {Matcher, SeriesData, Storage} from '../storage.js'

interface Grown {
  labels: Labels
  t: number[]
  v: (number | null)[]
}

/** What rules have recorded, over the samples that they were made from: one storage for both. */
export class DerivedSeries implements Storage {
  readonly #base: Storage
  readonly #byName = new Map<string, Map<string, Grown>>()
  #samples = 0

  constructor(base: Storage) {
    this.#base = base
  }

  /** How many samples are held. */
  get samples(): number {
    return this.#samples
  }

  /** Epoch ms of the oldest sample; infinite when there is none. */
  oldestMs(): number {
    const firsts = this.#candidates([]).map(({t}) => t[0] ?? Number.POSITIVE_INFINITY)
    return firsts.reduce((oldest, first) => Math.min(oldest, first), Number.POSITIVE_INFINITY)
  }

  /** Adds a sample, `null` for a staleness marker. One that is not newer than the series' newest is left out. */
  append(labels: Labels, tMs: number, value: number | null): void {
    const name = labels['__name__'] ?? ''
    const named = this.#byName.get(name) ?? new Map<string, Grown>()
    this.#byName.set(name, named)
    const key = labelsKey(labels)
    const series = named.get(key) ?? {labels, t: [], v: []}
    named.set(key, series)
    if (tMs <= (series.t.at(-1) ?? Number.NEGATIVE_INFINITY)) return
    series.t.push(tMs)
    series.v.push(value)
    this.#samples++
  }

  /** Drops samples from before this time, and series that have none left. */
  forget(beforeMs: number): void {
    for (const [name, named] of this.#byName) {
      for (const [key, series] of named) {
        const first = series.t.findIndex((tMs) => tMs >= beforeMs)
        this.#samples -= first === -1 ? series.t.length : first
        if (first === -1) named.delete(key)
        else if (first > 0) {
          series.t = series.t.slice(first)
          series.v = series.v.slice(first)
        }
      }
      if (named.size === 0) this.#byName.delete(name)
    }
  }

  select(matchers: Matcher[], fromMs: number, toMs: number): SeriesData[] {
    const stored = this.#base.select(matchers, fromMs, toMs)
    const derived = memoryStorage(this.#candidates(matchers)).select(matchers, fromMs, toMs)
    if (derived.length === 0 || stored.length === 0) return derived.length === 0 ? stored : derived
    const own = new Set(derived.map(({labels}) => labelsKey(labels)))
    return [...stored.filter(({labels}) => !own.has(labelsKey(labels))), ...derived]
  }

  #candidates(matchers: readonly Matcher[]): Grown[] {
    const name = matchers.find(({label, op}) => label === '__name__' && op === '=')?.value
    const groups = name === undefined ? [...this.#byName.values()] : [this.#byName.get(name) ?? new Map()]
    return groups.flatMap((group) => [...group.values()])
  }
}
