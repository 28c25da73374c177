import type {SeriesData} from '../../promql/storage.js'
import type {Labels} from '../source.js'
import {SampleReader} from './block-reader.js'
import type {Samples} from './samples.js'

/** Samples for which arrays are made at once: more would be held in memory for the sake of a few. */
const arrayRoom = 16_384

type Readable = Pick<Samples, 'between' | 'roomFor'>

interface Found {
  labels: Labels
  samples: Readable
}

/** Reads the series of one selection, one at a time; those read one after the other share arrays. */
class Reading {
  readonly #fromMs: number
  readonly #toMs: number
  readonly #count: number
  #reader = new SampleReader(0)
  #samples: Readable | undefined
  #read: ReturnType<Samples['between']> = {t: this.#reader.t, v: this.#reader.v}

  constructor(fromMs: number, toMs: number, count: number) {
    this.#fromMs = fromMs
    this.#toMs = toMs
    this.#count = count
  }

  of(samples: Readable): ReturnType<Samples['between']> {
    if (this.#samples === samples) return this.#read
    const room = samples.roomFor(this.#fromMs, this.#toMs)
    if (this.#reader.t.length - this.#reader.length < room)
      this.#reader = new SampleReader(Math.max(room, Math.min(arrayRoom, room * this.#count)))
    this.#samples = samples
    this.#read = samples.between(this.#fromMs, this.#toMs, this.#reader)
    return this.#read
  }
}

/** A class, as an object with getters of its own takes longer to make than most are to read. */
class LazySeries implements SeriesData {
  readonly labels: Labels
  readonly #samples: Readable
  readonly #reading: Reading

  constructor({labels, samples}: Found, reading: Reading) {
    this.labels = labels
    this.#samples = samples
    this.#reading = reading
  }

  get t(): ArrayLike<number> {
    return this.#reading.of(this.#samples).t
  }

  get v(): ArrayLike<number | null> {
    return this.#reading.of(this.#samples).v
  }
}

/**
 * Series whose samples with `fromMs < t <= toMs` are read when they are looked at, so that a reader who stops after the
 * first thousand has not paid for a million. Only the one looked at last is remembered: `t` and `v` of a series are to be
 * taken together, and before anything is appended.
 */
export const lazySeries = (found: readonly Found[], fromMs: number, toMs: number): SeriesData[] => {
  const reading = new Reading(fromMs, toMs, found.length)
  return found.map((one) => new LazySeries(one, reading))
}
