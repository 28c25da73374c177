import {type Body, bodyOf} from './body.js'
import type {Framing} from './fields.js'
import {HeadCollector} from './head.js'

/** One piece of a stream of messages. The `data` of all pieces in order is the stream, byte for byte. */
export type Part<Head> = {
  /** Offset behind the piece in the data that was pushed last. */
  to: number
} & (
  | {kind: 'head'; head: Head; data: Buffer}
  | {kind: 'body'; data: Buffer}
  /** The message is complete. */
  | {kind: 'end'}
  /** No HTTP/1, or none that can be followed: neither is anything after it. */
  | {kind: 'foreign'; data: Buffer}
)

/** How one side's messages begin. */
export interface Grammar<Head extends {framing: Framing}> {
  /** Whether a first line (the beginning of one, unless `whole`) can be that of a message. */
  plausible(firstLine: string, whole: boolean): boolean
  /** Reads a whole head; undefined when it is malformed. */
  read(head: string): Head | undefined
}

/**
 * Finds the messages in a stream of HTTP/1.x: bytes in, boundaries out, nothing changed. Node's own parser is not to be
 * had from outside, and the parsers on npm hand out decoded messages and forget the bytes they were made of.
 *
 *   ─ head ─ body … body ─ end ─ head ─ end ─ … ─ foreign ──▶ for ever
 */
export class Splitter<Head extends {framing: Framing}> {
  readonly #grammar: Grammar<Head>
  readonly #head: HeadCollector
  #body: Body | undefined
  #foreign = false

  constructor(grammar: Grammar<Head>) {
    this.#grammar = grammar
    this.#head = new HeadCollector((line, whole) => grammar.plausible(line, whole))
  }

  /** Follows no more: all data is foreign from here on. Returns what is in no part so far, the beginning of a head. */
  giveUp(): Buffer {
    const {held} = this.#head
    this.#head.clear()
    this.#body = undefined
    this.#foreign = true
    return held
  }

  /** The parts that become complete with this data. To be read to the end before the next push. */
  *push(data: Buffer): Generator<Part<Head>> {
    let at = 0
    while (at < data.length) {
      if (this.#foreign) {
        yield {kind: 'foreign', data: data.subarray(at), to: data.length}
        return
      }
      if (this.#body) {
        const {to, state} = this.#body.take(data, at)
        if (to > at) yield {kind: 'body', data: data.subarray(at, to), to}
        at = to
        if (state !== 'more') this.#body = undefined
        if (state === 'foreign') this.#foreign = true
        if (state === 'done') yield {kind: 'end', to}
        continue
      }
      const to = this.#head.take(data, at)
      if (to === 'more') return
      at = to === 'foreign' ? data.length : to
      yield* this.#headEnded(to === 'foreign' ? undefined : this.#grammar.read(this.#head.text), at)
    }
  }

  *#headEnded(head: Head | undefined, to: number): Generator<Part<Head>> {
    const data = this.#head.held
    this.#head.clear()
    if (!head) {
      this.#foreign = true
      yield {kind: 'foreign', data, to}
      return
    }
    this.#body = bodyOf(head.framing)
    this.#foreign = head.framing.kind === 'tunnel'
    yield {kind: 'head', head, data, to}
    if (!this.#body && !this.#foreign) yield {kind: 'end', to}
  }
}
