/** Why a block cannot be unpacked; the words are those that Prometheus answers with. */
export class SnappyError extends Error {
  override readonly name = 'SnappyError'
}

const corrupt = (): SnappyError => new SnappyError('snappy: corrupt input')

/** A run of bytes: either what follows in the block itself, or what was unpacked `offset` bytes ago. */
interface Element {
  /** Zero for a literal. */
  offset: number
  length: number
  /** Where the literal's bytes, or the next element, start. */
  next: number
}

const littleEndian = (packed: Uint8Array, at: number, bytes: number): number => {
  if (at + bytes > packed.length) throw corrupt()
  let value = 0
  for (let index = 0; index < bytes; index++) value += (packed[at + index] ?? 0) * 2 ** (8 * index)
  return value
}

/** The low two bits of a tag tell its kind: a literal, or a copy with an offset of 1 (and 3 bits), 2 or 4 bytes. */
const elementAt = (packed: Uint8Array, at: number): Element => {
  const tag = packed[at] ?? 0
  const high = tag >> 2
  switch (tag & 3) {
    case 0: {
      const extra = high < 60 ? 0 : high - 59
      const length = (extra === 0 ? high : littleEndian(packed, at + 1, extra)) + 1
      return {offset: 0, length, next: at + 1 + extra}
    }
    case 1:
      return {
        offset: (tag >> 5) * 256 + littleEndian(packed, at + 1, 1),
        length: 4 + (high & 7),
        next: at + 2,
      }
    case 2:
      return {offset: littleEndian(packed, at + 1, 2), length: 1 + high, next: at + 3}
    default:
      return {offset: littleEndian(packed, at + 1, 4), length: 1 + high, next: at + 5}
  }
}

/** A copy may reach into what it writes itself: then it repeats. */
const copyBack = (unpacked: Uint8Array, at: number, {offset, length}: Element): void => {
  if (offset > at) throw corrupt()
  if (offset >= length) unpacked.copyWithin(at, at - offset, at - offset + length)
  else for (let index = at; index < at + length; index++) unpacked[index] = unpacked[index - offset] ?? 0
}

/** The length that a block claims to unpack to, a base-128 number of at most 32 bits, and where its elements start. */
const claimedLength = (packed: Uint8Array): {length: number; next: number} => {
  let length = 0
  for (let index = 0; index < 5; index++) {
    const byte = packed[index]
    if (byte === undefined) throw corrupt()
    length += (byte & 0x7f) * 128 ** index
    if (byte < 0x80) {
      if (length >= 2 ** 32) throw corrupt()
      return {length, next: index + 1}
    }
  }
  throw corrupt()
}

/**
 * Unpacks one block of Snappy (the raw format, not the framed one). Throws SnappyError when it is not one, or would
 * unpack to more than `limitBytes`.
 *
 * Source: github.com/google/snappy, format_description.txt.
 */
export const unpackSnappy = (packed: Uint8Array, limitBytes: number): Buffer => {
  const {length, next} = claimedLength(packed)
  if (length > limitBytes) throw new SnappyError(`snappy: decoded block is larger than ${limitBytes} bytes`)
  const unpacked = Buffer.alloc(length)
  let at = next
  let written = 0
  while (at < packed.length) {
    const element = elementAt(packed, at)
    const isLiteral = (packed[at] ?? 0) % 4 === 0
    if (written + element.length > length || (!isLiteral && element.offset === 0)) throw corrupt()
    at = element.next
    if (isLiteral) {
      if (at + element.length > packed.length) throw corrupt()
      unpacked.set(packed.subarray(at, at + element.length), written)
      at += element.length
    } else copyBack(unpacked, written, element)
    written += element.length
  }
  if (written !== length) throw corrupt()
  return unpacked
}
