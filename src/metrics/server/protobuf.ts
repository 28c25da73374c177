/** Why a message cannot be read. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError'
}

/** How a field's value is written. */
const wireTypes = {varint: 0, fixed64: 1, bytes: 2, fixed32: 5} as const

const cutOff = (): ProtobufError => new ProtobufError('unexpected EOF')

/**
 * Reads a protobuf message field by field. Fields come in any order, unknown ones are to be skipped.
 *
 *     const reader = new MessageReader(bytes)
 *     while (reader.next()) reader.field === 1 ? use(reader.bytes()) : reader.skip()
 *
 * Throws ProtobufError for what is not protobuf, or has another type than asked for. Source: protobuf.dev, "Encoding".
 */
export class MessageReader {
  readonly #buffer: Buffer
  #at = 0
  #wire = -1
  /** Number of the field just reached. */
  field = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  /** Goes on to the next field; false at the end. */
  next(): boolean {
    if (this.#at === this.#buffer.length) return false
    const key = this.#varint()
    this.field = Number(key >> 3n)
    this.#wire = Number(key & 7n)
    if (this.field === 0) throw new ProtobufError(`proto: illegal tag 0 (wire type ${this.#wire})`)
    return true
  }

  bytes(): Buffer {
    this.#expect(wireTypes.bytes)
    const length = Number(this.#varint())
    return this.#take(length)
  }

  /** The eight bytes of a double: a NaN read as a number may lose its bits. */
  double(): Buffer {
    this.#expect(wireTypes.fixed64)
    return this.#take(8)
  }

  int64(): number {
    this.#expect(wireTypes.varint)
    return Number(BigInt.asIntN(64, this.#varint()))
  }

  skip(): void {
    switch (this.#wire) {
      case wireTypes.varint:
        this.#varint()
        return
      case wireTypes.fixed64:
        this.#take(8)
        return
      case wireTypes.bytes:
        this.bytes()
        return
      case wireTypes.fixed32:
        this.#take(4)
        return
      default:
        throw new ProtobufError(`proto: illegal wireType ${this.#wire}`)
    }
  }

  #expect(wire: number): void {
    if (this.#wire !== wire)
      throw new ProtobufError(`proto: wrong wireType = ${this.#wire} for field ${this.field}`)
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#buffer.length) throw cutOff()
    const taken = this.#buffer.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  /** Up to 64 bits, seven a byte, the lowest first. Most are short: those need no big integers on the way. */
  #varint(): bigint {
    let low = 0
    for (let index = 0; index < 10; index++) {
      const byte = this.#buffer[this.#at + index]
      if (byte === undefined) throw cutOff()
      if (index < 7) low += (byte & 0x7f) * 128 ** index
      if (byte >= 0x80) continue
      const start = this.#at
      this.#at += index + 1
      return index < 7 ? BigInt(low) : longVarint(this.#buffer.subarray(start, this.#at))
    }
    throw new ProtobufError('proto: integer overflow')
  }
}

const longVarint = (bytes: Uint8Array): bigint =>
  BigInt.asUintN(
    64,
    bytes.reduce((sum, byte, index) => sum + (BigInt(byte & 0x7f) << BigInt(7 * index)), 0n),
  )
