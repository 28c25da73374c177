import type {Books} from './books.js'
import {type Answer, Call} from './call.js'
import {type Connections, connectionsTo} from './connections.js'
import type {CompiledRequest} from './requests.js'
import type {Draw} from './templates.js'

/** What a sender needs to know and whom it tells. */
export interface SenderWorld {
  books: Books
  maxInFlight: number
  /** Offset at which the plan ends: nothing is sent from then on. */
  endMs: number
  /** Milliseconds since the start of the run. */
  now(): number
  /** Nothing is in flight and nothing waits any more. */
  onIdle(): void
}

/** Sends requests as long as there is room for them, and books what becomes of each. */
export interface Sender {
  /** Requests in flight. */
  readonly inFlight: number
  /** Nothing is in flight, and nobody waits for a time. */
  readonly idle: boolean
  /** Sends one request, due at `atMs`; `ended` is told how it ended, or that it was skipped. */
  send(request: number, atMs: number, draw: Draw, collect: boolean, ended?: (answer: Answer) => void): void
  waitUntil(atMs: number, then: () => void): void
  /** Sends nothing more and forgets what waits for a time; what is in flight goes on. Works twice. */
  stop(): void
  /** Ends everything in flight. */
  giveUp(): void
}

interface Connected extends CompiledRequest {
  connections: Connections
}

/** Requests to the same origin share its connections. */
const connect = (requests: readonly CompiledRequest[]): Connected[] => {
  const byOrigin = new Map<string, Connections>()
  return requests.map((request) => {
    const connections = byOrigin.get(request.origin) ?? connectionsTo(request.origin)
    byOrigin.set(request.origin, connections)
    return {...request, connections}
  })
}

/** Times that flows wait for; all of them can be forgotten at once. */
const createWaits = (now: () => number, onNone: () => void) => {
  const timers = new Set<NodeJS.Timeout>()
  return {
    timers,
    until: (atMs: number, then: () => void): void => {
      const timer = setTimeout(
        () => {
          timers.delete(timer)
          then()
          if (timers.size === 0) onNone()
        },
        Math.max(0, atMs - now()),
      )
      timers.add(timer)
    },
    forget: (): void => {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}

/** A sender for these requests. */
export const createSender = (requests: readonly CompiledRequest[], world: SenderWorld): Sender => {
  const {books, maxInFlight, endMs, now, onIdle} = world
  const connected = connect(requests)
  const calls = new Set<Call>()
  let stopped = false
  const idle = (): boolean => calls.size === 0 && waits.timers.size === 0
  const waits = createWaits(now, () => {
    if (idle()) onIdle()
  })

  const send: Sender['send'] = (index, atMs, draw, collect, ended) => {
    const request = connected[index]
    if (request === undefined || stopped || atMs > endMs) return
    const entry = books.due(index, atMs)
    // Written before it may be skipped: what goes over the wire depends on the plan alone.
    const outgoing = request.write(draw)
    if (calls.size >= maxInFlight) {
      books.skipped(entry)
      // Later, as an answer would come: a flow must not be called back before its send has returned.
      if (ended !== undefined) waits.until(0, () => ended({ending: {skipped: true}}))
      return
    }
    const client = request.connections.take()
    const call = new Call(client, collect, (answer, reusable) => {
      calls.delete(call)
      if (reusable) request.connections.giveBack(client)
      books.ended(entry, answer.ending, now())
      ended?.(answer)
      if (idle()) onIdle()
    })
    calls.add(call)
    const sentMs = now()
    books.sent(entry, sentMs)
    call.send(request.method, outgoing, atMs + request.timeoutMs - sentMs)
  }

  return {
    get inFlight() {
      return calls.size
    },
    get idle() {
      return idle()
    },
    send,
    waitUntil: (atMs, then) => {
      if (!stopped) waits.until(atMs, then)
    },
    stop: () => {
      stopped = true
      waits.forget()
    },
    giveUp: () => {
      // Copied: each call that ends leaves the set.
      for (const call of [...calls]) call.giveUp('aborted')
    },
  }
}
