import type {FailureKind} from '../engine.js'
import {failureKindOf} from '../pacer/failure.js'
import type {CannonClient} from './client.js'
import {hookParser} from './parser-hooks.js'

/** A request on the wire. */
export interface Sent {
  method: string
  /** When it has taken too long, in ms since the start. */
  deadlineMs: number
}

/** Who keeps the books for a connection. */
export interface Bookkeeper<S extends Sent> {
  /** Books the request that autocannon was just given to write. */
  sent(): S
  answered(sent: S, status: number): void
  failed(sent: S, kind: FailureKind): void
  /** Nothing more is to be sent. */
  isOver(): boolean
}

/** A connection that brought no answer is opened again after a pause, doubled each time, from the first to the last. */
const firstPauseMs = 10
const longestPauseMs = 500

/**
 * Takes over the life of one of autocannon's connections. Left alone, autocannon opens a refused connection again
 * without a pause (thousands of times a second), counts what was in flight on a lost one nowhere, and reads what comes
 * on the next one as the answer to it. Here every request has one end, and a new connection begins with a clean parser.
 *
 *   open ── requests and answers, one for one ── end, error, time-out, or "connection: close" ── pause ── open
 */
export class Connection<S extends Sent> {
  readonly #client: CannonClient
  readonly #books: Bookkeeper<S>
  readonly #open: () => void
  readonly #inFlight: S[] = []
  #isOpen = false
  #lost: FailureKind | undefined
  #pauseMs = 0
  #timer: NodeJS.Timeout | undefined

  /** For autocannon's `setupClient`: the constructor of the client is about to open the connection. */
  constructor(client: CannonClient, books: Bookkeeper<S>) {
    this.#client = client
    this.#books = books
    this.#open = client._connect.bind(client)
    const write = client._doRequest.bind(client)
    client._doRequest = () => {
      if (!this.#isOpen || books.isOver()) return
      write()
      this.#inFlight.push(books.sent())
    }
    client.on('connError', (error: Error) => {
      this.#lost = failureKindOf(error)
    })
    // Called first when all hooks of the parser are in place; then each time that the connection is lost.
    client._connect = () => {
      client._connect = () => this.#end()
      this.#listen()
      this.#reopen()
    }
  }

  /** Gives the connection up, and all that is in flight on it, if one of its requests is past its time. */
  expire(nowMs: number): void {
    if (this.#inFlight.some(({deadlineMs}) => deadlineMs <= nowMs)) this.#replace('timeout')
  }

  /** Gives up what is in flight. */
  giveUp(): void {
    this.#replace('aborted')
  }

  /** Closes it for good; works twice. */
  close(): void {
    clearTimeout(this.#timer)
    this.#client.destroy()
  }

  #listen(): void {
    hookParser(this.#client.parser, {
      answered: (status, keepAlive) => this.#answered(status, keepAlive),
      expectsNoBody: () => this.#inFlight[0]?.method === 'HEAD',
      awaited: () => this.#inFlight.length,
      unreadable: () => this.#replace('other'),
    })
  }

  #answered(status: number, keepAlive: boolean): void {
    const sent = this.#inFlight.shift()
    if (sent === undefined) return
    this.#pauseMs = 0
    // The other side will close: a request written now would be lost by our fault, not by its.
    if (!keepAlive) this.#isOpen = false
    this.#books.answered(sent, status)
    if (!keepAlive && this.#inFlight.length === 0) this.#timer = setTimeout(() => this.#replace('closed'), 0)
  }

  #end(): void {
    // The end of the stream is the end of an answer that gave no length.
    if (this.#lost === undefined) this.#client.parser.finish()
    this.#replace(this.#lost ?? 'closed')
  }

  #replace(kind: FailureKind): void {
    this.#isOpen = false
    this.#lost = undefined
    for (const sent of this.#inFlight.splice(0)) this.#books.failed(sent, kind)
    this.#client._destroyConnection()
    this.#client.parser.reinitialize(this.#client.parser.type)
    clearTimeout(this.#timer)
    if (this.#books.isOver()) return
    this.#timer = setTimeout(() => this.#reopen(), this.#pauseMs)
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2 || firstPauseMs)
  }

  #reopen(): void {
    if (this.#books.isOver()) return
    this.#isOpen = true
    this.#open()
  }
}
