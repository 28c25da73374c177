// Samples as a client of remote write 1.0 sends them.

const varint = (bytes, value) => {
  let rest = value
  // Times in ms need more than 32 bits: no shifts.
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return bytes
}

/** A field of protobuf that holds bytes. */
const field = (number, bytes) => Buffer.concat([Buffer.from(varint([number * 8 + 2], bytes.length)), bytes])

const labelField = ([name, value]) =>
  field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]))

const sampleField = (tMs, value) => {
  const double = Buffer.alloc(8)
  double.writeDoubleLE(value)
  return field(2, Buffer.from([9, ...double, ...varint([16], tMs)]))
}

const seriesField = ({labels, t, v}) => {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return field(
    1,
    Buffer.concat([...sorted.map(labelField), ...Array.from(t, (tMs, at) => sampleField(tMs, v[at]))]),
  )
}

/** A Snappy block of one literal: it packs nothing, which any reader takes. */
const asSnappy = (bytes) => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length - 1)
  return Buffer.concat([Buffer.from([...varint([], bytes.length), 63 << 2]), length, bytes])
}

const seriesAtOnce = 100

/** Sends every series to a server. Throws when it does not take them. */
export const writeAll = async (url, data) => {
  const batch = []
  const send = async () => {
    const headers = {'content-type': 'application/x-protobuf', 'content-encoding': 'snappy'}
    const response = await fetch(`${url}/api/v1/write`, {
      method: 'POST',
      headers,
      body: asSnappy(Buffer.concat(batch.splice(0))),
    })
    if (response.status !== 204) throw new Error(`remote write: ${response.status} ${await response.text()}`)
  }
  for (const series of data) {
    if (batch.push(seriesField(series)) === seriesAtOnce) await send()
  }
  if (batch.length > 0) await send()
}
