import type {BlockPool} from './block-pool.js'
import {countOf, firstTimeOf, SampleReader} from './block-reader.js'
import {BlockWriter} from './block-writer.js'

/** The first index in [from, end) whose time is after `tMs`, else `end`. */
const firstAfter = (t: Float64Array, tMs: number, from: number, end: number): number => {
  let low = from
  let high = end
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((t[middle] ?? 0) <= tMs) low = middle + 1
    else high = middle
  }
  return low
}

/** `null` for each staleness marker. */
const withMarkers = (reader: SampleReader, from: number): (number | null)[] => {
  const values: (number | null)[] = []
  for (let index = from; index < reader.length; index++)
    values.push(reader.isStale(index) ? null : (reader.v[index] ?? null))
  return values
}

/** Samples of one series in time order, packed into blocks of a pool. */
export class Samples {
  readonly #pool: BlockPool
  readonly #blocks: number[] = []
  /** Writes to the last block; `undefined` while there is none. */
  #head: BlockWriter | undefined
  #length = 0
  #firstMs = Number.POSITIVE_INFINITY
  /** Samples at the start of the first block that are forgotten already; blocks are given back whole. */
  #forgotten = 0

  constructor(pool: BlockPool) {
    this.#pool = pool
  }

  get length(): number {
    return this.#length
  }

  /** Epoch ms of the oldest sample; infinite when there is none. */
  get firstMs(): number {
    return this.#firstMs
  }

  /** Epoch ms of the newest sample; minus infinite when there is none. */
  get lastMs(): number {
    return this.#head?.lastMs ?? Number.NEGATIVE_INFINITY
  }

  /** Adds a sample, `null` for a staleness marker; false when it is not newer than the newest, or at no finite time. */
  append(tMs: number, value: number | null): boolean {
    if (!(tMs > this.lastMs && tMs < Number.POSITIVE_INFINITY)) return false
    if (!this.#head?.append(tMs, value)) this.#beginBlock(tMs, value)
    if (this.#length === 0) this.#firstMs = tMs
    this.#length++
    return true
  }

  /** Forgets samples with `t <= cutoffMs`; returns how many. */
  dropUntil(cutoffMs: number): number {
    if (!(cutoffMs >= this.#firstMs)) return 0
    const before = this.#length
    if (cutoffMs >= this.lastMs) {
      this.#dropBlocks(this.#blocks.length)
    } else {
      this.#dropBlocks(this.#lastBegunAt(cutoffMs))
      this.#forgetInFirst(cutoffMs)
    }
    return before - this.#length
  }

  /** Whether any sample has `fromMs < t <= toMs`; at most one block is read to tell. */
  hasBetween(fromMs: number, toMs: number): boolean {
    const {firstMs, lastMs} = this
    if (lastMs <= fromMs || firstMs > toMs || fromMs >= toMs) return false
    if (firstMs > fromMs || lastMs <= toMs) return true
    // Where a block begins within the window, its first sample is the answer.
    return this.#lastBegunAt(toMs) > this.#lastBegunAt(fromMs) || this.between(fromMs, toMs).t.length > 0
  }

  /** How much room reading `between` the same times takes. */
  roomFor(fromMs: number, toMs: number): number {
    const last = this.#lastBegunAt(toMs)
    let room = 0
    for (let index = this.#firstToRead(fromMs); index <= last; index++) room += this.#countAt(index)
    return room
  }

  /**
   * Samples with `fromMs < t <= toMs`. Only blocks that overlap are read, into a reader with room for them, whose memory
   * the answer shares.
   */
  between(
    fromMs: number,
    toMs: number,
    reader = new SampleReader(this.roomFor(fromMs, toMs)),
  ): {t: Float64Array; v: ArrayLike<number | null>} {
    const start = reader.begin()
    const first = this.#firstToRead(fromMs)
    const last = this.#lastBegunAt(toMs)
    for (let index = first; index <= last; index++) this.#readBlock(index, reader)
    const known = Math.min(reader.length, first === 0 ? start + this.#forgotten : start)
    const from = firstAfter(reader.t, fromMs, known, reader.length)
    reader.keep(start, from, firstAfter(reader.t, toMs, from, reader.length))
    const t = reader.t.subarray(start, reader.length)
    return {t, v: reader.hasStale ? withMarkers(reader, start) : reader.v.subarray(start, reader.length)}
  }

  /** The index of the first block that may have samples after `fromMs`. */
  #firstToRead(fromMs: number): number {
    return Math.max(0, this.#lastBegunAt(fromMs))
  }

  #beginBlock(tMs: number, value: number | null): void {
    const block = this.#pool.take()
    this.#blocks.push(block)
    this.#head = new BlockWriter(this.#pool.viewOf(block), this.#pool.offsetOf(block), tMs, value)
  }

  /** The index of the last block that begins at `tMs` or before; -1 when there is none. */
  #lastBegunAt(tMs: number): number {
    let low = 0
    let high = this.#blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#beginningOf(middle) <= tMs) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** Epoch ms of the first sample of the block with this index; infinite when there is none. */
  #beginningOf(index: number): number {
    const block = this.#blocks[index]
    if (block === undefined) return Number.POSITIVE_INFINITY
    return firstTimeOf(this.#pool.viewOf(block), this.#pool.offsetOf(block))
  }

  #countAt(index: number): number {
    const block = this.#blocks[index]
    return block === undefined ? 0 : countOf(this.#pool.viewOf(block), this.#pool.offsetOf(block))
  }

  #readBlock(index: number, reader: SampleReader): void {
    const block = this.#blocks[index]
    if (block !== undefined) reader.read(this.#pool.viewOf(block), this.#pool.offsetOf(block))
  }

  /** Gives back so many blocks from the first one on. */
  #dropBlocks(count: number): void {
    for (let index = 0; index < count; index++) {
      this.#length -= this.#countAt(index) - this.#forgotten
      this.#forgotten = 0
    }
    for (const block of this.#blocks.splice(0, count)) this.#pool.give(block)
    if (this.#blocks.length === 0) this.#head = undefined
    if (count > 0) this.#firstMs = this.#beginningOf(0)
  }

  /** The cutoff lies in the first block, or between it and the next one. */
  #forgetInFirst(cutoffMs: number): void {
    const reader = new SampleReader(this.#countAt(0))
    this.#readBlock(0, reader)
    const forgotten = firstAfter(reader.t, cutoffMs, this.#forgotten, reader.length)
    if (forgotten === reader.length) {
      this.#dropBlocks(1)
    } else {
      this.#length -= forgotten - this.#forgotten
      this.#forgotten = forgotten
      this.#firstMs = reader.t[forgotten] ?? Number.POSITIVE_INFINITY
    }
  }
}
