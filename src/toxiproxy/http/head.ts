/** Beyond this a head is not looked at: whatever comes passes untouched. */
const largestHeadBytes = 64 * 1024

const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * Collects the head of one HTTP/1 message, however it is cut, in time linear in its length. Only CR LF ends a line: whoever
 * reads a bare LF otherwise would see other messages than we do.
 */
export class HeadCollector {
  readonly #plausible: (firstLine: string, whole: boolean) => boolean
  #pieces: Buffer[] = []
  #bytes = 0
  #lineBytes = 0
  #last = 0
  /** True once a line that is not empty ended: empty ones before the first are allowed. */
  #begun = false

  /** `plausible` is asked whether the first line can be one of HTTP; `whole` once all of it is there. */
  constructor(plausible: (firstLine: string, whole: boolean) => boolean) {
    this.#plausible = plausible
  }

  /** What was taken and has not made a head yet. */
  get held(): Buffer {
    return Buffer.concat(this.#pieces)
  }

  /** The same as text, without empty lines before it; bytes are characters. */
  get text(): string {
    return this.#textWith()
  }

  /** Forgets what is held. */
  clear(): void {
    this.#pieces = []
    this.#bytes = this.#lineBytes = this.#last = 0
    this.#begun = false
  }

  /** Takes data from `from` on. Returns the offset behind the head, `'more'`, or `'foreign'`; all taken is held. */
  take(data: Buffer, from: number): number | 'more' | 'foreign' {
    for (let at = from; ; ) {
      const end = data.indexOf(lineFeed, at)
      if (end < 0) return this.#hold(data, from, at)
      const before = end > at ? data[end - 1] : this.#last
      this.#lineBytes += end - at
      const isEmpty = this.#lineBytes === 1
      if (before !== carriageReturn) return this.#foreign(data, from)
      this.#lineBytes = this.#last = 0
      at = end + 1
      if (isEmpty && this.#begun) {
        if (this.#bytes + at - from > largestHeadBytes) return this.#foreign(data, from)
        this.#keep(data.subarray(from, at))
        return at
      }
      if (!isEmpty && !this.#begun) {
        this.#begun = true
        // The CR may be the last byte of the data before.
        const line = this.#textWith(data.subarray(from, end)).slice(0, -1)
        if (!this.#plausible(line, true)) return this.#foreign(data, from)
      }
    }
  }

  #hold(data: Buffer, from: number, lineStart: number): 'more' | 'foreign' {
    this.#lineBytes += data.length - lineStart
    this.#last = data.at(-1) ?? this.#last
    // A copy: whoever reads sockets may use the buffer again.
    this.#keep(Buffer.from(data.subarray(from)))
    if (this.#bytes > largestHeadBytes) return 'foreign'
    return this.#begun || this.#plausible(this.#textWith(), false) ? 'more' : 'foreign'
  }

  #foreign(data: Buffer, from: number): 'foreign' {
    this.#keep(data.subarray(from))
    return 'foreign'
  }

  #keep(piece: Buffer): void {
    this.#pieces.push(piece)
    this.#bytes += piece.length
  }

  #textWith(...more: Buffer[]): string {
    return Buffer.concat([...this.#pieces, ...more])
      .toString('latin1')
      .replace(/^(?:\r\n)+/, '')
  }
}
