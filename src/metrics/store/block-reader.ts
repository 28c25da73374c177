import {
  changeBytes,
  countAt,
  firstTimeAt,
  firstValueAt,
  headerBytes,
  plainNaN,
  plainNaNHigh,
  rawTime,
  staleHigh,
  staleLow,
  staleMarker,
  timeReach,
  valueReach,
  xor7,
  xorAny,
} from './block-format.js'

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
const lowWord = isLittleEndian ? 0 : 1
const highWord = 1 - lowWord

/** Where the bits of a number are put together. */
const number = new Float64Array(1)
const numberWords = new Uint32Array(number.buffer)

/**
 * Reads blocks into one pair of arrays, which the samples of many series share: an array of its own for each would take
 * as long as reading does.
 */
export class SampleReader {
  readonly t: Float64Array
  /** A staleness marker is a NaN here; `isStale` tells. */
  readonly v: Float64Array
  /** The same memory as `v`, once it is needed: bits survive here, while a NaN read as a number may lose them. */
  #words: Uint32Array | undefined
  #length = 0
  #hasStale = false

  /** With room for so many samples. */
  constructor(room: number) {
    this.t = new Float64Array(room)
    this.v = new Float64Array(room)
  }

  /** Samples read and kept so far. */
  get length(): number {
    return this.#length
  }

  /** Whether a staleness marker was read since `begin`. */
  get hasStale(): boolean {
    return this.#hasStale
  }

  isStale(index: number): boolean {
    const words = this.#words
    return words?.[2 * index + highWord] === staleHigh && words[2 * index + lowWord] === staleLow
  }

  /** Begins with another series; returns the index of its first sample. */
  begin(): number {
    this.#hasStale = false
    return this.#length
  }

  /** Of what was read from index `start` on, keeps only the samples from index `from` up to, not with, `to`. */
  keep(start: number, from: number, to: number): void {
    if (from > start) {
      this.t.copyWithin(start, from, to)
      this.v.copyWithin(start, from, to)
    }
    this.#length = start + to - from
  }

  /** Reads a whole block; see block-format.ts. */
  read(view: DataView, offset: number): void {
    const {t, v} = this
    const start = this.#length
    const end = start + countOf(view, offset)
    let at = offset + headerBytes
    let tMs = firstTimeOf(view, offset)
    let intervalMs = 0
    let value = this.#readFirstValue(view, offset, start)
    let increase = 0
    t[start] = tMs
    for (let index = start + 1; index < end; index++) {
      const control = view.getUint8(at++)
      const timeCode = control >>> 4
      if (timeCode === rawTime) {
        intervalMs = view.getFloat64(at, true) - tMs
        tMs = view.getFloat64(at, true)
        at += 8
      } else {
        intervalMs += readChange(view, at, timeCode, timeReach)
        tMs += intervalMs
        at += changeBytes(timeCode, timeReach)
      }
      t[index] = tMs
      const code = control & 15
      if (code < xor7) {
        increase += readChange(view, at, code, valueReach)
        value += increase
        v[index] = value
        at += changeBytes(code, valueReach)
      } else {
        at = this.#readBits(view, at, code, index, value)
        const bits = v[index] ?? Number.NaN
        if (!Number.isNaN(bits)) {
          value = bits
          increase = 0
        }
      }
    }
    this.#length = end
  }

  /** Returns the number that the next value builds on. */
  #readFirstValue(view: DataView, offset: number, index: number): number {
    const at = offset + firstValueAt
    const value = view.getFloat64(at, true)
    if (Number.isNaN(value)) this.#setNaN(index, view.getUint32(at + 4, true), view.getUint32(at, true))
    else this.v[index] = value
    return Number.isNaN(value) ? 0 : value
  }

  /** Reads a value that is written as bits, `base` being the number before; returns where its bytes end. */
  #readBits(view: DataView, start: number, code: number, index: number, base: number): number {
    if (code === staleMarker) this.#setNaN(index, staleHigh, staleLow)
    else if (code === plainNaN) this.#setNaN(index, plainNaNHigh, 0)
    if (code > xorAny) return start
    const span = code === xorAny ? view.getUint8(start) : xor7 + 7 - code
    const at = code === xorAny ? start + 1 : start
    const bytes = span & 15
    number[0] = base
    for (let place = 0; place < bytes; place++) {
      const to = (span >>> 4) + place
      const word = to < 4 ? lowWord : highWord
      numberWords[word] = (numberWords[word] ?? 0) ^ (view.getUint8(at + place) << (8 * (to & 3)))
    }
    const value = number[0]
    if (Number.isNaN(value)) this.#setNaN(index, numberWords[highWord] ?? 0, numberWords[lowWord] ?? 0)
    else this.v[index] = value
    return at + bytes
  }

  #setNaN(index: number, high: number, low: number): void {
    this.#words ??= new Uint32Array(this.v.buffer)
    this.#words[2 * index + lowWord] = low
    this.#words[2 * index + highWord] = high
    if (high === staleHigh && low === staleLow) this.#hasStale = true
  }
}

const readChange = (view: DataView, at: number, code: number, reach: number): number => {
  if (code <= 2 * reach) return code - reach
  if (code === 2 * reach + 1) return view.getInt8(at)
  return code === 2 * reach + 2 ? view.getInt16(at, true) : view.getInt32(at, true)
}

/** Number of samples in a block. */
export const countOf = (view: DataView, offset: number): number => view.getUint16(offset + countAt, true)

/** Epoch ms of the first sample in a block. */
export const firstTimeOf = (view: DataView, offset: number): number =>
  view.getFloat64(offset + firstTimeAt, true)
