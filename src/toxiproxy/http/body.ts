import type {Framing} from './fields.js'

/** How far a body reaches into the data at hand. */
export interface Reach {
  /** Offset behind the last byte that belongs to it. */
  to: number
  state: 'more' | 'done' | 'foreign'
}

/** Finds the end of one body, however it is cut. */
export interface Body {
  /** Looks at `data` from `from` on. */
  take(data: Buffer, from: number): Reach
}

/** The body of that framing; undefined when there is none. */
export const bodyOf = (framing: Framing): Body | undefined => {
  switch (framing.kind) {
    case 'none':
    case 'tunnel':
      return undefined
    case 'length':
      return new LengthBody(framing.bytes)
    case 'chunked':
      return new ChunkedBody()
    case 'until-close':
      return {take: (data) => ({to: data.length, state: 'more'})}
  }
}

class LengthBody implements Body {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  take(data: Buffer, from: number): Reach {
    const to = Math.min(data.length, from + this.#left)
    this.#left -= to - from
    return {to, state: this.#left === 0 ? 'done' : 'more'}
  }
}

/** Size lines and trailers are short; more is no HTTP that we want to follow. */
const longestLineBytes = 8 * 1024
const sizeLine = /^([0-9a-fA-F]{1,12})[ \t]*(?:;[^\r\n]*)?$/

/** Chunks with their sizes, extensions and trailers (RFC 9112, 7.1). */
class ChunkedBody implements Body {
  /** Bytes of the chunk that are still to come. */
  #left = 0
  #line = ''
  #expects: 'size' | 'data' | 'end-of-data' | 'trailer' = 'size'

  take(data: Buffer, from: number): Reach {
    let at = from
    while (at < data.length) {
      if (this.#expects === 'data') {
        const skipped = Math.min(this.#left, data.length - at)
        this.#left -= skipped
        at += skipped
        if (this.#left === 0) this.#expects = 'end-of-data'
        continue
      }
      const end = data.indexOf(0x0a, at)
      const to = end < 0 ? data.length : end + 1
      this.#line += data.toString('latin1', at, to)
      at = to
      if (this.#line.length > longestLineBytes) return {to: at, state: 'foreign'}
      if (end < 0) break
      const state = this.#lineEnded()
      if (state !== 'more') return {to: at, state}
    }
    return {to: at, state: 'more'}
  }

  #lineEnded(): Reach['state'] {
    if (!this.#line.endsWith('\r\n')) return 'foreign'
    const line = this.#line.slice(0, -2)
    this.#line = ''
    switch (this.#expects) {
      case 'size': {
        const [, size] = sizeLine.exec(line) ?? []
        if (size === undefined) return 'foreign'
        this.#left = Number.parseInt(size, 16)
        this.#expects = this.#left > 0 ? 'data' : 'trailer'
        return 'more'
      }
      case 'trailer':
        return line === '' ? 'done' : 'more'
      case 'end-of-data':
      case 'data':
        this.#expects = 'size'
        return line === '' ? 'more' : 'foreign'
    }
  }
}
