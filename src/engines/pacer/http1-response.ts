import {type AnswerHeaders, type Collected, keepPiece} from './call.js'
import {statusLineOf} from './status-line.js'

/** What a piece of an answer led to: `broken` is no HTTP/1, or more than one answer to one request. */
export type Progress = 'more' | 'done' | 'broken'

type Part = 'head' | 'counted' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'until-end' | 'whole'

/** A head or a line of a chunk longer than this is no answer but garbage. */
const mostHeadBytes = 256 * 1024
const shortHeadBytes = 2048
const lineFeed = 10
/** In place of the offset of what comes next. */
const wrong = Number.POSITIVE_INFINITY

const addHeader = (headers: AnswerHeaders, name: string, value: string): void => {
  const known = headers[name]
  if (known === undefined) headers[name] = value
  else headers[name] = Array.isArray(known) ? [...known, value] : [known, value]
}

/**
 * Reads one answer of HTTP/1 after another from the bytes of a connection, as RFC 9112 frames them: by length, in
 * chunks, or until the connection ends. Keeps of an answer what a generator needs, its status and whether it is whole,
 * and all of it only where somebody collects; that is what makes it cheap.
 */
export class ResponseReader {
  status = 0
  /** After an answer: whether the connection may carry another one. */
  keepAlive = false
  /** After an answer: for how long the server keeps an idle connection, if it said. */
  idleLimitMs: number | undefined
  #part: Part = 'head'
  /** Bytes of a head or a line that is not whole yet, as Latin-1. */
  #pending = ''
  #left = 0
  #length: number | undefined
  #coding: string | undefined
  #isHead = false
  #collected: Collected | undefined

  /** Expects the answer to a request; `isHead`: to one that has no body whatever its headers say. */
  expect(isHead: boolean, collected: Collected | undefined): void {
    this.#part = 'head'
    this.#pending = ''
    this.#isHead = isHead
    this.#collected = collected
    this.status = 0
  }

  /** Reads the first `length` bytes of a buffer, which may be reused once this returns. */
  read(bytes: Buffer, length: number): Progress {
    for (let at = 0; ; ) {
      switch (this.#part) {
        case 'until-end':
          this.#keep(bytes, at, length)
          return 'more'
        case 'counted':
        case 'chunk':
          at = this.#readBody(bytes, at, length)
          break
        case 'head':
          at = this.#readHead(bytes, at, length)
          break
        default:
          at = this.#readLine(bytes, at, length)
      }
      if (at > length) return 'broken'
      // Not all of it was there, or there is nothing left to read.
      if (this.#part === 'whole') return at === length ? 'done' : 'broken'
      if (at === length) return 'more'
    }
  }

  /** The stream has ended: whether that is the end of the answer, too. */
  readEnd(): boolean {
    return this.#part === 'until-end'
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    if (this.#collected !== undefined && to > from)
      keepPiece(this.#collected, Buffer.from(bytes.subarray(from, to)))
  }

  #readBody(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + this.#left)
    this.#keep(bytes, at, end)
    this.#left -= end - at
    if (this.#left === 0) this.#part = this.#part === 'chunk' ? 'chunk-end' : 'whole'
    return end
  }

  #readHead(bytes: Buffer, at: number, length: number): number {
    // Most heads are short, and a body that came along need not become text.
    let text = this.#pending + bytes.toString('latin1', at, Math.min(length, at + shortHeadBytes))
    let end = text.indexOf('\r\n\r\n')
    if (end < 0 && length - at > shortHeadBytes) {
      text = this.#pending + bytes.toString('latin1', at, length)
      end = text.indexOf('\r\n\r\n')
    }
    if (end < 0) {
      this.#pending = text
      return text.length > mostHeadBytes || !'HTTP/1.'.startsWith(text.slice(0, 7)) ? wrong : length
    }
    const line = statusLineOf(text)
    if (line === undefined) return wrong
    const next = at + end + 4 - this.#pending.length
    this.#pending = ''
    this.status = line.status
    // HTTP/1.0 closes unless it says otherwise.
    this.keepAlive = line.minor === 1
    this.idleLimitMs = undefined
    this.#length = undefined
    this.#coding = undefined
    // After 101 the connection speaks another protocol.
    if (this.status === 101 || !this.#readHeaders(text, end)) return wrong
    this.#part = this.#firstPart()
    return next
  }

  /** False when a line is no header, or two of them contradict each other. */
  #readHeaders(text: string, end: number): boolean {
    for (let from = text.indexOf('\r\n') + 2; from < end + 2; ) {
      const to = text.indexOf('\r\n', from)
      const colon = text.indexOf(':', from)
      if (colon < 0 || colon > to) return false
      // Only names of these lengths say something about the framing; the others are read for who collects them.
      const size = colon - from
      if (this.#collected !== undefined || size === 14 || size === 17 || size === 10) {
        const name = text.slice(from, colon).toLowerCase()
        if (!this.#take(name, text.slice(colon + 1, to).trim())) return false
      }
      from = to + 2
    }
    return true
  }

  #take(name: string, value: string): boolean {
    if (this.#collected !== undefined && this.status >= 200) addHeader(this.#collected.headers, name, value)
    if (name === 'content-length') {
      const length = /^\d+$/.test(value) ? Number(value) : Number.NaN
      if (this.#length !== undefined && this.#length !== length) return false
      this.#length = length
      return !Number.isNaN(length)
    }
    if (name === 'transfer-encoding') this.#coding = value
    else if (name === 'connection') {
      if (/close/i.test(value)) this.keepAlive = false
      else if (/keep-alive/i.test(value)) this.keepAlive = true
    } else if (name === 'keep-alive') {
      const seconds = /timeout=(\d+)/i.exec(value)?.[1]
      if (seconds !== undefined) this.idleLimitMs = Number(seconds) * 1000
    }
    return true
  }

  #firstPart(): Part {
    const {status} = this
    if (status < 200) return 'head'
    if (this.#isHead || status === 204 || status === 304) return 'whole'
    if (this.#coding !== undefined && /(?:^|[,\s])chunked$/i.test(this.#coding)) return 'chunk-size'
    if (this.#coding !== undefined || this.#length === undefined) {
      this.keepAlive = false
      return 'until-end'
    }
    this.#left = this.#length
    return this.#length > 0 ? 'counted' : 'whole'
  }

  /** A line between chunks: a size, the end of a chunk, or a trailer. */
  #readLine(bytes: Buffer, at: number, length: number): number {
    const end = bytes.indexOf(lineFeed, at)
    if (end < 0 || end >= length) {
      this.#pending += bytes.toString('latin1', at, length)
      return this.#pending.length > mostHeadBytes ? wrong : length
    }
    const line = this.#pending + bytes.toString('latin1', at, end + 1)
    this.#pending = ''
    if (!line.endsWith('\r\n')) return wrong
    if (this.#part === 'chunk-end') {
      this.#part = 'chunk-size'
      return line.length === 2 ? end + 1 : wrong
    }
    if (this.#part === 'trailers') {
      if (line.length === 2) this.#part = 'whole'
      return end + 1
    }
    const size = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?\r\n$/i.exec(line)?.[1]
    if (size === undefined) return wrong
    this.#left = Number.parseInt(size, 16)
    this.#part = this.#left === 0 ? 'trailers' : 'chunk'
    return end + 1
  }
}
