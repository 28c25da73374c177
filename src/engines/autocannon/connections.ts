import type autocannon from 'autocannon'
import type {Profile} from '../../scenarios/scenario.js'
import {isCannonClient} from './client.js'
import {type Bookkeeper, Connection, type Sent} from './connection.js'
import type {Deck, Drawn} from './draw.js'
import type {Place, Tally} from './tally.js'

interface CountedRequest extends Sent {
  place: Place
  expected: Drawn['expected']
}

/** What the connections of a run share. */
export interface Shared {
  tally: Tally
  /** Milliseconds since the start. */
  now: () => number
  /** Nothing more is to be sent. */
  isOver: () => boolean
  /** One request more is answered or failed. */
  onSettled: () => void
}

/** All connections of a run, and the options with which autocannon makes them. */
export interface Connections {
  all: readonly Connection<CountedRequest>[]
  options: autocannon.Options
}

/** A timer of Node cannot wait longer; the run ends itself long before. */
const neverS = (2 ** 31 - 1) / 1000

/** Books of one connection: `first` is its first request, `drawn` tells the one that was drawn last of all. */
const countedBooks = (
  first: Drawn | undefined,
  drawn: () => Drawn | undefined,
  {tally, now, isOver, onSettled}: Shared,
): Bookkeeper<CountedRequest> => ({
  isOver,
  sent: () => {
    const request = first ?? drawn()
    first = undefined
    if (request === undefined) throw new TypeError('a request was written that nobody drew')
    const atMs = now()
    return {
      method: request.method,
      deadlineMs: atMs + request.timeoutMs,
      place: tally.sent(request.nameIndex, atMs),
      expected: request.expected,
    }
  },
  answered: ({place, expected}, status) => {
    tally.answered(place, status, now(), expected?.(status) ?? true)
    onSettled()
  },
  failed: ({place}, kind) => {
    tally.failed(place, kind)
    onSettled()
  },
})

/**
 * Connections that are counted. autocannon is given no rate, no time and no statistics to keep: all of that is done
 * here. It asks for each request just before it writes it, but for the first one of a connection, which it asks for
 * while it makes that connection.
 */
export const createConnections = (
  {connections, pipelining}: Extract<Profile, {kind: 'connections'}>,
  deck: Deck,
  shared: Shared,
): Connections => {
  const all: Connection<CountedRequest>[] = []
  let drawn: Drawn | undefined

  const booksOf = (first: Drawn | undefined) => countedBooks(first, () => drawn, shared)

  const setupRequest = (request: autocannon.Request): autocannon.Request => {
    drawn = deck.draw()
    const {path, headers, body} = drawn
    // The type lists autocannon's methods; a scenario knows only the usual ones.
    const method = drawn.method as NonNullable<autocannon.Request['method']>
    return {...request, method, path, headers, body}
  }
  const setupClient = (client: unknown): void => {
    if (!isCannonClient(client)) throw new TypeError('its connections are not made as they were')
    all.push(new Connection(client, booksOf(drawn)))
  }
  const unlimited = {duration: neverS, timeout: neverS, skipAggregateResult: true}
  return {
    all,
    options: {
      ...unlimited,
      url: deck.origin,
      connections,
      pipelining,
      requests: [{setupRequest}],
      setupClient,
    },
  }
}
