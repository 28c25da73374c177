import {compileMatchers, matches} from '../../promql/index.js'
import type {Matcher} from '../../promql/storage.js'
import type {Labels} from '../source.js'

interface Labelled {
  labels: Labels
}

/** FNV-1a over the characters of a text, going on from `seed`. */
const hashText = (text: string, seed: number): number => {
  let hash = seed
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash
}

/** The same for the same labels in any order. */
const hashLabels = (labels: Labels): number => {
  let sum = 0
  // 0xff ends a name, so that a=bc and ab=c differ.
  for (const name of Object.keys(labels))
    sum = (sum + hashText(labels[name] ?? '', hashText(name, 0x811c9dc5) ^ 0xff)) | 0
  return sum
}

const sameLabels = (one: Labels, other: Labels): boolean => {
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && other[name] === one[name])
  )
}

/** What has one value of one label. */
interface Posting<Series> {
  value: string
  series: Series[]
}

/** Finds series by all of their labels, and by any of them, without looking at the others. */
export class LabelIndex<Series extends Labelled> {
  readonly #byHash = new Map<number, Series[]>()
  /** Label name → value → series. */
  readonly #byLabel = new Map<string, Map<string, Posting<Series>>>()

  /** The series with exactly these labels. */
  find(labels: Labels): Series | undefined {
    return this.#byHash.get(hashLabels(labels))?.find((series) => sameLabels(series.labels, labels))
  }

  *all(): Iterable<Series> {
    for (const bucket of this.#byHash.values()) yield* bucket
  }

  /** Adds a series that is not held yet. Its labels are replaced by equal ones that share their texts with others. */
  add(series: Series): void {
    const shared: [string, string][] = []
    for (const [name, value] of Object.entries(series.labels)) {
      const posting = this.#postingOf(name, value)
      posting.series.push(series)
      shared.push([name, posting.value])
    }
    series.labels = Object.fromEntries(shared)
    const hash = hashLabels(series.labels)
    const bucket = this.#byHash.get(hash)
    if (bucket) bucket.push(series)
    else this.#byHash.set(hash, [series])
  }

  /** Takes series out that are held. */
  remove(gone: ReadonlySet<Series>): void {
    const stays = (series: Series): boolean => !gone.has(series)
    const touched = new Map<Posting<Series>, string>()
    for (const {labels} of gone) {
      const hash = hashLabels(labels)
      const bucket = this.#byHash.get(hash)?.filter(stays) ?? []
      if (bucket.length === 0) this.#byHash.delete(hash)
      else this.#byHash.set(hash, bucket)
      for (const [name, value] of Object.entries(labels)) touched.set(this.#postingOf(name, value), name)
    }
    for (const [posting, name] of touched) {
      posting.series = posting.series.filter(stays)
      if (posting.series.length === 0) this.#forgetPosting(name, posting.value)
    }
  }

  /** Every series that the matchers may match; only those of the one value that narrows it down most, where there is one. */
  candidates(matchers: readonly Matcher[]): Iterable<Series> {
    const exact = matchers
      .filter(({op, value}) => op === '=' && value !== '')
      .map(({label, value}) => this.#byLabel.get(label)?.get(value)?.series ?? [])
    if (exact.length > 0) return exact.reduce((least, next) => (next.length < least.length ? next : least))
    // A series without the label counts as one whose value is empty, and is in no posting of it.
    const present = matchers.find((matcher) => !matches({}, [matcher]))
    return present ? this.#withValueFor(present) : this.all()
  }

  *#withValueFor(matcher: Matcher): Iterable<Series> {
    const matching = compileMatchers([matcher])
    for (const {value, series} of this.#byLabel.get(matcher.label)?.values() ?? [])
      if (matching({[matcher.label]: value})) yield* series
  }

  #postingOf(name: string, value: string): Posting<Series> {
    const values = this.#byLabel.get(name) ?? new Map<string, Posting<Series>>()
    const posting = values.get(value) ?? {value, series: []}
    this.#byLabel.set(name, values.set(value, posting))
    return posting
  }

  #forgetPosting(name: string, value: string): void {
    const values = this.#byLabel.get(name)
    values?.delete(value)
    if (values?.size === 0) this.#byLabel.delete(name)
  }
}
