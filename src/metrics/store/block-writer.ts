import {
  changeBytes,
  changeCode,
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
import {blockBytes} from './block-pool.js'

/** Where numbers are taken apart into the halves of their bits. */
const scratch = new DataView(new ArrayBuffer(8))

const lowestByte = (high: number, low: number): number =>
  low === 0 ? 4 + ((31 - Math.clz32(high & -high)) >>> 3) : (31 - Math.clz32(low & -low)) >>> 3

const highestByte = (high: number, low: number): number =>
  high === 0 ? (31 - Math.clz32(low)) >>> 3 : 4 + ((31 - Math.clz32(high)) >>> 3)

const writeChange = (view: DataView, at: number, change: number, bytes: number): void => {
  if (bytes === 1) view.setInt8(at, change)
  else if (bytes === 2) view.setInt16(at, change, true)
  else if (bytes === 4) view.setInt32(at, change, true)
}

const writeFirstValue = (view: DataView, at: number, value: number | null): void => {
  if (value === null) {
    view.setUint32(at, staleLow, true)
    view.setUint32(at + 4, staleHigh, true)
  } else view.setFloat64(at, value, true)
}

/** Writes samples of one series to a block, one behind the other, until it is full. */
export class BlockWriter {
  readonly #view: DataView
  readonly #offset: number
  #at: number
  #count = 1
  #tMs: number
  #intervalMs = 0
  #value = 0
  #increase = 0

  /** Begins a block with its first sample, `null` for a staleness marker. */
  constructor(view: DataView, offset: number, tMs: number, value: number | null) {
    this.#view = view
    this.#offset = offset
    this.#at = offset + headerBytes
    this.#tMs = tMs
    if (value !== null && !Number.isNaN(value)) this.#value = value
    view.setUint16(offset + countAt, 1, true)
    view.setFloat64(offset + firstTimeAt, tMs, true)
    writeFirstValue(view, offset + firstValueAt, value)
  }

  /** Epoch ms of the newest sample. */
  get lastMs(): number {
    return this.#tMs
  }

  /** Adds a sample, which must be newer; false, and nothing is written, when there is no room for it. */
  append(tMs: number, value: number | null): boolean {
    const change = (tMs - this.#tMs - this.#intervalMs) | 0
    const isExact = Object.is(this.#tMs + (this.#intervalMs + change), tMs)
    const code = isExact ? changeCode(change, timeReach) : rawTime
    const bytes = isExact ? changeBytes(code, timeReach) : 8
    const end = this.#writeValue(value, code << 4, this.#at + 1 + bytes)
    if (end === undefined) return false
    if (isExact) writeChange(this.#view, this.#at + 1, change, bytes)
    else this.#view.setFloat64(this.#at + 1, tMs, true)
    this.#intervalMs = isExact ? this.#intervalMs + change : tMs - this.#tMs
    this.#tMs = tMs
    this.#at = end
    this.#view.setUint16(this.#offset + countAt, ++this.#count, true)
    return true
  }

  /** Writes the control byte, and at `at` what the value needs; returns where that ends, `undefined` without room. */
  #writeValue(value: number | null, timeBits: number, at: number): number | undefined {
    if (value === null) return this.#writeControl(timeBits | staleMarker, at)
    const change = (value - this.#value - this.#increase) | 0
    if (!Object.is(this.#value + (this.#increase + change), value))
      return this.#writeBits(value, timeBits, at)
    const code = changeCode(change, valueReach)
    const bytes = changeBytes(code, valueReach)
    const end = this.#writeControl(timeBits | code, at + bytes)
    if (end === undefined) return undefined
    writeChange(this.#view, at, change, bytes)
    this.#increase += change
    this.#value = value
    return end
  }

  #writeBits(value: number, timeBits: number, at: number): number | undefined {
    scratch.setFloat64(0, this.#value, true)
    const [baseLow, baseHigh] = [scratch.getUint32(0, true), scratch.getUint32(4, true)]
    scratch.setFloat64(0, value, true)
    const [low, high] = [scratch.getUint32(0, true), scratch.getUint32(4, true)]
    if (high === staleHigh && low === staleLow) return this.#writeControl(timeBits | staleMarker, at)
    if (high === plainNaNHigh && low === 0) return this.#writeControl(timeBits | plainNaN, at)
    const end = this.#writeXor(high ^ baseHigh, low ^ baseLow, timeBits, at)
    if (end === undefined || Number.isNaN(value)) return end
    this.#value = value
    this.#increase = 0
    return end
  }

  #writeXor(high: number, low: number, timeBits: number, at: number): number | undefined {
    const isSame = high === 0 && low === 0
    const below = isSame ? 0 : lowestByte(high, low)
    const bytes = isSame ? 0 : highestByte(high, low) - below + 1
    const isShort = below === 0 && bytes >= 5 && bytes <= 7
    const start = isShort ? at : at + 1
    const end = this.#writeControl(timeBits | (isShort ? xor7 + 7 - bytes : xorAny), start + bytes)
    if (end === undefined) return undefined
    if (!isShort) this.#view.setUint8(at, (below << 4) | bytes)
    for (let index = 0; index < bytes; index++) {
      const place = below + index
      this.#view.setUint8(start + index, place < 4 ? low >>> (8 * place) : high >>> (8 * (place - 4)))
    }
    return end
  }

  #writeControl(control: number, end: number): number | undefined {
    if (end > this.#offset + blockBytes) return undefined
    this.#view.setUint8(this.#at, control)
    return end
  }
}
