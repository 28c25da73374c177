/** One sample of one series; the name of the metric is the label `__name__`. */
export interface SampleToWrite {
  labels: Readonly<Record<string, string>>
  /** Epoch ms. */
  tMs: number
  value: number
}

const varint = (value: number): number[] => {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(Math.round(value)))
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return [...bytes, Number(rest)]
}

/** A field that holds bytes: text, or a message. */
const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Uint8Array.from([(number << 3) | 2, ...varint(bytes.length)]), bytes])

const label = ([name, value]: [string, string]): Buffer =>
  field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]))

const sample = ({tMs, value}: SampleToWrite): Buffer => {
  const number = Buffer.alloc(8)
  number.writeDoubleLE(value)
  return field(2, Buffer.concat([Uint8Array.from([9]), number, Uint8Array.from([16, ...varint(tMs)])]))
}

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * A `prometheus.WriteRequest` of remote write 1.0: for each series its labels, sorted by name and without empty ones,
 * and its sample. Source: prometheus.io/docs/specs/prw/remote_write_spec, "Protocol".
 */
export const writeRequest = (samples: readonly SampleToWrite[]): Buffer =>
  Buffer.concat(
    samples.map((one) => {
      const labels = Object.entries(one.labels)
        .filter(([, value]) => value !== '')
        .sort(byName)
      return field(1, Buffer.concat([...labels.map(label), sample(one)]))
    }),
  )
