import type {Series} from '../../src/metrics/source.js'

const varint = (value: number | bigint): number[] => {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  return [...bytes, Number(rest)]
}

/** A field of protobuf that holds bytes: text, or a message. */
export const bytesField = (field: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(bytes.length)]), bytes])

const staleMarker = Buffer.from([2, 0, 0, 0, 0, 0, 0xf0, 0x7f])

const doubleBytes = (value: number | null): Buffer => {
  if (value === null) return staleMarker
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}

const sample = (tMs: number, value: number | null): Buffer =>
  bytesField(2, Buffer.from([9, ...doubleBytes(value), 16, ...varint(tMs)]))

const label = ([name, value]: [string, string]): Buffer =>
  bytesField(1, Buffer.concat([bytesField(1, Buffer.from(name)), bytesField(2, Buffer.from(value))]))

/** What a client of remote write sends for one series; labels as pairs may hold what an object cannot. */
export interface SentSeries {
  labels: Series['labels'] | [string, string][]
  t: readonly number[]
  v: readonly (number | null)[]
}

const timeSeries = ({labels, t, v}: SentSeries): Buffer => {
  const pairs = Array.isArray(labels) ? labels : Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return bytesField(1, Buffer.concat([...pairs.map(label), ...t.map((at, i) => sample(at, v[i] ?? null))]))
}

/** A `prometheus.WriteRequest`. */
export const writeRequest = (series: readonly SentSeries[]): Buffer => Buffer.concat(series.map(timeSeries))

const literal = (bytes: Uint8Array): Buffer => {
  const length = bytes.length - 1
  const tag = length < 60 ? [length << 2] : [62 << 2, length & 255, (length >> 8) & 255, length >> 16]
  return Buffer.concat([Buffer.from(tag), bytes])
}

/** A Snappy block that copies whatever it can from up to 2,000 bytes before, and holds the rest as literals. */
export const packSnappy = (bytes: Uint8Array): Buffer => {
  const seen = new Map<string, number>()
  const parts: Buffer[] = [Buffer.from(varint(bytes.length))]
  let from = 0
  let at = 0
  while (at < bytes.length) {
    const four = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1')
    const before = four.length === 4 ? seen.get(four) : undefined
    seen.set(four, at)
    if (before === undefined || at - before > 2000) {
      at++
      continue
    }
    let length = 4
    while (length < 11 && at + length < bytes.length && bytes[before + length] === bytes[at + length])
      length++
    if (at > from) parts.push(literal(bytes.subarray(from, at)))
    const offset = at - before
    parts.push(Buffer.from([1 | ((length - 4) << 2) | ((offset >> 8) << 5), offset & 255]))
    at += length
    from = at
  }
  if (at > from) parts.push(literal(bytes.subarray(from, at)))
  return Buffer.concat(parts)
}

/** Sends samples as a client of remote write 1.0 does. */
export const remoteWrite = async (
  url: string,
  series: readonly SentSeries[],
): Promise<{status: number; text: string}> => {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: new Uint8Array(packSnappy(writeRequest(series))),
  })
  return {status: response.status, text: await response.text()}
}
