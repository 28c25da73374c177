import {isUtf8} from 'node:buffer'
import {MessageReader} from './protobuf.js'

/** One series of a write request. */
export interface WrittenSeries {
  /** As sent: not sorted, perhaps with a name twice. */
  labels: [name: string, value: string][]
  /** `tMs` in epoch ms; the value `null` is a staleness marker. */
  samples: {tMs: number; value: number | null}[]
  /** Native histograms, which we cannot hold. */
  histograms: number
}

/** The bits that Prometheus uses for a staleness marker, among all NaN. */
const staleBits = 0x7ff0000000000002n

/** Bytes that are no UTF-8 make no text, and without a name there is no label: no series may have such a one. */
const noLabel: [string, string] = ['', '']

const readLabel = (message: Buffer): [string, string] => {
  const reader = new MessageReader(message)
  let [name, value] = noLabel
  let valid = true
  while (reader.next()) {
    if (reader.field !== 1 && reader.field !== 2) {
      reader.skip()
      continue
    }
    const bytes = reader.bytes()
    valid &&= isUtf8(bytes)
    if (reader.field === 1) name = bytes.toString('utf8')
    else value = bytes.toString('utf8')
  }
  return valid ? [name, value] : noLabel
}

const readSample = (message: Buffer): {tMs: number; value: number | null} => {
  const reader = new MessageReader(message)
  let tMs = 0
  let value: number | null = 0
  while (reader.next()) {
    if (reader.field === 1) {
      const bytes = reader.double()
      value = bytes.readBigUInt64LE() === staleBits ? null : bytes.readDoubleLE()
    } else if (reader.field === 2) tMs = reader.int64()
    else reader.skip()
  }
  return {tMs, value}
}

const readSeries = (message: Buffer): WrittenSeries => {
  const reader = new MessageReader(message)
  const series: WrittenSeries = {labels: [], samples: [], histograms: 0}
  while (reader.next()) {
    if (reader.field === 1) series.labels.push(readLabel(reader.bytes()))
    else if (reader.field === 2) series.samples.push(readSample(reader.bytes()))
    else {
      if (reader.field === 4) series.histograms++
      reader.skip()
    }
  }
  return series
}

/**
 * Reads the `prometheus.WriteRequest` of remote write 1.0; exemplars and metadata are passed over.
 * Throws ProtobufError when it is none.
 *
 * Source: prometheus.io/docs/specs/prw/remote_write_spec, "Protocol".
 */
export const readWriteRequest = (message: Buffer): WrittenSeries[] => {
  const reader = new MessageReader(message)
  const written: WrittenSeries[] = []
  while (reader.next()) {
    if (reader.field === 1) written.push(readSeries(reader.bytes()))
    else reader.skip()
  }
  return written
}
