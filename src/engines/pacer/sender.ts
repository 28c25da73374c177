import type {Books} from './books.js'
import {type Answer, Call, type Ending} from './call.js'
import {createDeadlines, type Deadlines} from './deadlines.js'
import type {CompiledRequest} from './requests.js'
import type {Draw} from './templates.js'
import type {Transport} from './transport.js'
import {turnClock} from './turn-clock.js'

/** What a sender needs to know and whom it tells. */
export interface SenderWorld {
  books: Books
  maxInFlight: number
  /** The way to an origin; asked once for each. */
  transportTo(origin: string): Transport
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
  /** Ends all connections. */
  close(): void
}

interface Connected extends CompiledRequest {
  transport: Transport
  deadlines: Deadlines
}

/** Requests to the same origin share its connections. */
const connect = (requests: readonly CompiledRequest[], {transportTo, now}: SenderWorld): Connected[] => {
  const byOrigin = new Map<string, Transport>()
  return requests.map((request) => {
    const transport = byOrigin.get(request.origin) ?? transportTo(request.origin)
    byOrigin.set(request.origin, transport)
    return {...request, transport, deadlines: createDeadlines(now)}
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

/** Marks a status that the request does not expect. */
const judged = ({expected}: CompiledRequest, ending: Ending): Ending =>
  expected !== undefined && 'status' in ending && !expected(ending.status)
    ? {...ending, unexpected: true}
    : ending

/** A sender for these requests. */
export const createSender = (requests: readonly CompiledRequest[], world: SenderWorld): Sender => {
  const {books, maxInFlight, endMs, now, onIdle} = world
  const connected = connect(requests, world)
  const endedAt = turnClock(now)
  let inFlight = 0
  let stopped = false
  const idle = (): boolean => inFlight === 0 && waits.timers.size === 0
  const waits = createWaits(now, () => {
    if (idle()) onIdle()
  })

  const send: Sender['send'] = (index, atMs, draw, collect, ended) => {
    const request = connected[index]
    if (request === undefined || stopped || atMs > endMs) return
    // Written before it may be skipped: what goes over the wire depends on the plan alone.
    const outgoing = request.write(draw)
    const entry = books.due(index, atMs)
    const nowMs = now()
    // One whose time was over before its turn came has not been tried: that is the generator's doing, not the target's.
    if (inFlight >= maxInFlight || nowMs >= atMs + request.timeoutMs) {
      books.skipped(entry)
      ended?.({ending: {skipped: true}})
      return
    }
    const onEnd = (call: Call, ending: Ending): void => {
      inFlight--
      request.deadlines.remove(call)
      books.ended(entry, judged(request, ending), endedAt(), () => ended?.(call.answer(ending)))
      if (idle()) onIdle()
    }
    const call = new Call(atMs + request.timeoutMs, collect, onEnd)
    inFlight++
    request.deadlines.add(call)
    books.sent(entry, nowMs)
    request.transport.send(call, request.method, outgoing)
  }

  return {
    get inFlight() {
      return inFlight
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
      for (const {deadlines} of connected) for (const call of deadlines.all()) call.giveUp('aborted')
    },
    close: () => {
      for (const transport of new Set(connected.map((request) => request.transport))) transport.close()
    },
  }
}
