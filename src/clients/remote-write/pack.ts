/** Shortest run of bytes that is worth a copy, and how far back one may reach with two bytes of offset. */
const shortest = 4
const farthest = 65_535
const longestCopy = 64
const tableBits = 14

const varint = (value: number): number[] => {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  return [...bytes, rest]
}

/** The length less one stands in the tag when it is below 60, else in one to three bytes behind it. */
const literal = (bytes: Uint8Array): Uint8Array[] => {
  if (bytes.length === 0) return []
  const length = bytes.length - 1
  const extra = length < 60 ? 0 : length < 2 ** 8 ? 1 : length < 2 ** 16 ? 2 : 3
  const tag = extra === 0 ? length << 2 : (59 + extra) << 2
  const rest = Array.from({length: extra}, (_, index) => (length >> (8 * index)) & 0xff)
  return [Uint8Array.from([tag, ...rest]), bytes]
}

/** Copies of at most 64 bytes each, from the same place on. */
const copies = (offset: number, length: number): Uint8Array[] => {
  const parts: Uint8Array[] = []
  for (let left = length; left > 0; left -= longestCopy) {
    const part = Math.min(left, longestCopy)
    parts.push(Uint8Array.from([((part - 1) << 2) | 2, offset & 0xff, offset >> 8]))
  }
  return parts
}

const keyOf = (bytes: Buffer, at: number): number =>
  Math.imul(bytes.readUInt32LE(at), 0x1e35a7bd) >>> (32 - tableBits)

const matchLength = (bytes: Uint8Array, before: number, at: number): number => {
  let length = 0
  while (at + length < bytes.length && bytes[before + length] === bytes[at + length]) length++
  return length
}

/**
 * Packs at most 16 MB into one block of Snappy (the raw format): what occurred up to 64 KiB before is copied from there,
 * the rest is written out. Source: github.com/google/snappy, format_description.txt.
 */
export const packSnappy = (bytes: Buffer): Buffer => {
  const parts: Uint8Array[] = [Uint8Array.from(varint(bytes.length))]
  const seen = new Int32Array(2 ** tableBits).fill(-1)
  let from = 0
  let at = 0
  while (at + shortest <= bytes.length) {
    const key = keyOf(bytes, at)
    const before = seen[key] ?? -1
    seen[key] = at
    const length = before < 0 || at - before > farthest ? 0 : matchLength(bytes, before, at)
    if (length < shortest) {
      at++
      continue
    }
    parts.push(...literal(bytes.subarray(from, at)), ...copies(at - before, length))
    at += length
    from = at
  }
  return Buffer.concat([...parts, ...literal(bytes.subarray(from))])
}
