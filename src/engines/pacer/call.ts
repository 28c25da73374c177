import type {FailureKind} from '../engine.js'

/** How a request ended: with a status and a whole body, or not at all. `unexpected`: a status that it does not expect. */
export type Ending = {status: number; unexpected?: true} | {failure: FailureKind}

/** Names in lower case; a name that comes several times has a list of values. */
export type AnswerHeaders = Record<string, string | string[] | undefined>

/** An ending with what was collected of it, where that was asked for. */
export interface Answer {
  /** `skipped`: it was never sent, as too many were in flight, or it was too late for it. */
  ending: Ending | {skipped: true}
  headers?: AnswerHeaders
  body?: Buffer
  /** The body was larger than what is kept of one: it is not there. */
  tooLarge?: true
}

/** What the answer of a call that collects consists of. */
export interface Collected {
  headers: AnswerHeaders
  chunks: Buffer[]
  /** Of the body so far, whether kept or not. */
  bytes: number
}

/** No more than this is kept of a body: a load of large answers must not fill the memory. */
const mostBodyBytes = 1024 * 1024

/** Keeps a piece of a body, which must not change any more; all of them go as soon as they are too large together. */
export const keepPiece = (collected: Collected, piece: Buffer): void => {
  collected.bytes += piece.length
  if (collected.bytes <= mostBodyBytes) collected.chunks.push(piece)
  else collected.chunks.length = 0
}

/** What carries a call: a connection, or a stream of one. */
export interface Carrier {
  destroy(): void
}

/** Told how a call ended. */
export type OnEnd = (call: Call, ending: Ending) => void

/**
 * One request in flight, from the send to its one ending. A class because one is made for each request sent; it is
 * also its own entry in the list of deadlines.
 */
export class Call {
  /** Ms since the start of the run. */
  readonly deadlineMs: number
  readonly collected: Collected | undefined
  /** Neighbours among the deadlines of the same request. */
  before: Call | undefined
  after: Call | undefined
  /** Set by the transport: ended when the call is given up, so that a late answer is not taken for another's. */
  carrier: Carrier | undefined
  readonly #onEnd: OnEnd
  #ended = false

  /** `onEnd` is told once. */
  constructor(deadlineMs: number, collect: boolean, onEnd: OnEnd) {
    this.deadlineMs = deadlineMs
    this.collected = collect ? {headers: {}, chunks: [], bytes: 0} : undefined
    this.#onEnd = onEnd
  }

  /** The first ending counts. */
  end(ending: Ending): void {
    if (this.#ended) return
    this.#ended = true
    this.#onEnd(this, ending)
  }

  /** Ends it now, without an answer. */
  giveUp(failure: 'timeout' | 'aborted'): void {
    if (this.#ended) return
    this.end({failure})
    this.carrier?.destroy()
  }

  /** The ending with what was collected. */
  answer(ending: Ending): Answer {
    if (this.collected === undefined || !('status' in ending)) return {ending}
    const {headers, chunks, bytes} = this.collected
    return bytes > mostBodyBytes
      ? {ending, headers, tooLarge: true}
      : {ending, headers, body: Buffer.concat(chunks)}
  }
}
