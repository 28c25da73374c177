import type {Client, Dispatcher} from 'undici'
import type {FailureKind} from '../engine.js'
import {failureKindOf} from './failure.js'
import type {Outgoing} from './requests.js'

/** How a request ended: with a status and a whole body, or not at all. */
export type Ending = {status: number} | {failure: FailureKind}

/** An ending with what was collected of it, where that was asked for; names of headers are in lower case. */
export interface Answer {
  /** `skipped`: it was never sent, as too many were in flight. */
  ending: Ending | {skipped: true}
  headers?: Record<string, string | string[] | undefined>
  body?: Buffer
}

/** One request in flight, from the send to its one ending. A class because one is made for each request sent. */
export class Call implements Dispatcher.DispatchHandler {
  readonly #client: Client
  readonly #onEnd: (answer: {ending: Ending} & Answer, reusable: boolean) => void
  readonly #chunks: Buffer[] | undefined
  #headers: Answer['headers']
  #status = 0
  #ended = false
  #timer: NodeJS.Timeout | undefined

  /** `onEnd` is told once; not reusable: the connection is destroyed and must not be used again. */
  constructor(
    client: Client,
    collect: boolean,
    onEnd: (answer: {ending: Ending} & Answer, reusable: boolean) => void,
  ) {
    this.#client = client
    this.#onEnd = onEnd
    this.#chunks = collect ? [] : undefined
  }

  /** Sends; times out after `limitMs`, at once if that is past already. */
  send(method: string, {path, headers, body}: Outgoing, limitMs: number): void {
    this.#timer = setTimeout(() => this.giveUp('timeout'), Math.max(0, limitMs))
    // Any method token goes on the wire as it is; the type lists only the usual ones.
    this.#client.dispatch({path, method: method as Dispatcher.HttpMethod, headers, body}, this)
  }

  /** Ends it now, and its connection with it: a late answer must not be taken for the next request's. */
  giveUp(failure: 'timeout' | 'aborted'): void {
    if (this.#ended) return
    this.#end({failure}, false)
    this.#client.destroy(null, () => {})
  }

  /** Its presence is how undici tells this handler from an old-style one. */
  onRequestStart(): void {}

  /** Also called for 1xx; the last status stands. */
  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status
    if (this.#chunks !== undefined) this.#headers = headers
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks?.push(chunk)
  }

  onResponseEnd(): void {
    this.#end({status: this.#status}, true)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end({failure: failureKindOf(error)}, true)
  }

  #end(ending: Ending, reusable: boolean): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    if (this.#chunks === undefined || !('status' in ending)) this.#onEnd({ending}, reusable)
    else this.#onEnd({ending, headers: this.#headers ?? {}, body: Buffer.concat(this.#chunks)}, reusable)
  }
}
