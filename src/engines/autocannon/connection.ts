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

/** One connection that is kept: its requests are counted, and it is opened again when it is lost. */
export interface Connection {
  inFlight(): number
  /** Gives the connection up, and all that is in flight on it, if one of its requests is past its time. */
  expire(nowMs: number): void
  /** Gives up what is in flight. */
  giveUp(): void
  /** Closes it for good; works twice. */
  close(): void
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
export const keepConnection = <S extends Sent>(client: CannonClient, books: Bookkeeper<S>): Connection => {
  const open = client._connect.bind(client)
  const write = client._doRequest.bind(client)
  const inFlight: S[] = []
  let isOpen = false
  let lost: FailureKind | undefined
  let pauseMs = 0
  let timer: NodeJS.Timeout | undefined

  const replace = (kind: FailureKind): void => {
    isOpen = false
    lost = undefined
    for (const sent of inFlight.splice(0)) books.failed(sent, kind)
    client._destroyConnection()
    client.parser.reinitialize(client.parser.type)
    clearTimeout(timer)
    if (books.isOver()) return
    timer = setTimeout(reopen, pauseMs)
    pauseMs = Math.min(longestPauseMs, pauseMs * 2 || firstPauseMs)
  }
  const reopen = (): void => {
    if (books.isOver()) return
    isOpen = true
    open()
  }
  const answered = (status: number, keepAlive: boolean): void => {
    const sent = inFlight.shift()
    if (sent === undefined) return
    pauseMs = 0
    // The other side will close: a request written now would be lost by our fault, not by its.
    if (!keepAlive) isOpen = false
    books.answered(sent, status)
    if (!keepAlive && inFlight.length === 0) timer = setTimeout(() => replace('closed'), 0)
  }

  client._doRequest = () => {
    if (!isOpen || books.isOver()) return
    write()
    inFlight.push(books.sent())
  }
  client.on('connError', (error: Error) => {
    lost = failureKindOf(error)
  })
  // Called by the constructor first, once all hooks are in place; then each time that the connection is lost.
  client._connect = () => {
    client._connect = () => {
      // The end of the stream is the end of an answer that gave no length.
      if (lost === undefined) client.parser.finish()
      replace(lost ?? 'closed')
    }
    hookParser(client.parser, {
      answered,
      expectsNoBody: () => inFlight[0]?.method === 'HEAD',
      awaited: () => inFlight.length,
      unreadable: () => replace('other'),
    })
    reopen()
  }

  return {
    inFlight: () => inFlight.length,
    expire: (nowMs) => {
      if (inFlight.some(({deadlineMs}) => deadlineMs <= nowMs)) replace('timeout')
    },
    giveUp: () => replace('aborted'),
    close: () => {
      clearTimeout(timer)
      client.destroy()
    },
  }
}
