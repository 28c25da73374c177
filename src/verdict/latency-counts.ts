import {inflateSync} from 'node:zlib'
import type {RequestSecond} from './seconds.js'
import type {Counts} from './statistics/bootstrap.js'

/**
 * Reads what a histogram has counted without building it: an hour of load is thousands of histograms of some 20,000
 * counters each, nearly all of them zero, and the library's way takes several times as long. The format is
 * HdrHistogram's V2, compressed, in base64: a cookie and a length, then a zlib stream of 40 bytes of header (cookie,
 * length of the payload, offset, significant digits, least and greatest value, ratio) and the counters, each a
 * zigzag LEB128 number, of which a negative one stands for so many zeros.
 */
const headerBytes = 40
/** Few histograms of a second are larger; the usual 16 KB for each would be most of what is allocated. */
const chunkSize = 2048
const noCounts: Counts = {values: [], counts: []}

/**
 * The greatest value that is counted at an index, as the library's percentiles tell it: never flattering. Counters are
 * spaced in sub-buckets of doubling width.
 */
const valuesOf = (digits: number, leastValue: number): ((index: number) => number) => {
  const half = 2 ** (Math.max(Math.ceil(Math.log2(2 * 10 ** digits)), 1) - 1)
  const unit = 2 ** Math.floor(Math.log2(Math.max(1, leastValue)))
  return (index) => {
    let width = unit
    let place = index
    for (; place >= 2 * half; place -= half) width *= 2
    return (place + 1) * width - 1
  }
}

const decoded = (encoded: string): Counts => {
  if (encoded === '') return noCounts
  const bytes = inflateSync(Buffer.from(encoded, 'base64').subarray(8), {chunkSize})
  const payloadBytes = bytes.readInt32BE(4)
  const valueAt = valuesOf(bytes.readInt32BE(12), Number(bytes.readBigInt64BE(16)))
  const end = Math.min(bytes.length, headerBytes + payloadBytes)
  const values: number[] = []
  const counts: number[] = []
  let index = 0
  for (let at = headerBytes; at < end; ) {
    let raw = 0
    // Seven bits a byte; multiplied and not shifted, as counts may pass 31 bits.
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++] ?? 0
      raw += (byte & 127) * factor
      if (byte < 128) break
    }
    const number = raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
    if (number < 0) {
      index -= number
      continue
    }
    if (number > 0) {
      values.push(valueAt(index))
      counts.push(number)
    }
    index++
  }
  return {values, counts}
}

const known = new WeakMap<RequestSecond, Counts>()

/** The latencies of a second's answers: µs, rising, with how often each was seen. Read once for each second. */
export const latencyCounts = (second: RequestSecond): Counts => {
  const before = known.get(second)
  if (before) return before
  const counts = decoded(second.histogram)
  known.set(second, counts)
  return counts
}
