import type {Plan} from '../../plan/plan.js'
import {seededRandom} from '../../system/random.js'
import type {LoadTotals} from '../engine.js'
import {type Arrivals, arrivalsOf} from './arrivals.js'
import {type BookReports, type Books, createBooks} from './books.js'
import {Call} from './call.js'
import {type Connections, connectionsTo} from './connections.js'
import {startPace} from './pace.js'
import {type CompiledRequest, chooserOf, compileRequests} from './requests.js'

/** Whom a run tells. */
export interface LoadReports extends BookReports {
  onDone: (totals: LoadTotals) => void
}

/** When a run starts, and by which clock. */
export interface LoadStart {
  /** Epoch ms of the start, to label seconds with. */
  startAtMs: number
  /** Milliseconds since the start by a monotonic clock; negative before it. */
  now: () => number
}

/** Load that is being sent. */
export interface LoadRun {
  /** Sends nothing more, waits up to `graceMs` for what is in flight, gives up the rest as `aborted`. */
  stop(graceMs: number): void
}

interface Stream extends CompiledRequest {
  connections: Connections
}

/** Requests to the same origin share its connections. */
const streamsOf = (plan: Plan): Stream[] => {
  const byOrigin = new Map<string, Connections>()
  return compileRequests(plan).map((request) => {
    const connections = byOrigin.get(request.origin) ?? connectionsTo(request.origin)
    byOrigin.set(request.origin, connections)
    return {...request, connections}
  })
}

/** Sends what is due, if there is room for it, and books what becomes of it. */
const createSender = (plan: Plan, streams: Stream[], books: Books, now: () => number, onIdle: () => void) => {
  const choose = chooserOf(streams)
  const random = seededRandom(plan.seed)
  const choices = random.fork('pacer: which request')
  const draws = random.fork('pacer: templates')
  const inFlight = new Set<Call>()

  const due = (n: number, atMs: number): void => {
    const index = choose(choices)
    const stream = streams[index]
    if (stream === undefined) return
    const entry = books.due(index, atMs)
    // Written before it may be skipped: what the n-th request says depends on the plan alone.
    const outgoing = stream.write({random: draws, sequence: n + 1})
    if (inFlight.size >= plan.scenario.load.maxInFlight) {
      books.skipped(entry)
      return
    }
    const client = stream.connections.take()
    const call = new Call(client, (ending, reusable) => {
      inFlight.delete(call)
      if (reusable) stream.connections.giveBack(client)
      books.ended(entry, ending, now())
      if (inFlight.size === 0) onIdle()
    })
    inFlight.add(call)
    const sentMs = now()
    books.sent(entry, sentMs)
    call.send(stream.method, outgoing, atMs + stream.timeoutMs - sentMs)
  }
  return {inFlight, due}
}

const giveUpAll = (inFlight: ReadonlySet<Call>): void => {
  // Copied: each call that ends leaves the set.
  for (const call of [...inFlight]) call.giveUp('aborted')
}

/** What stands before the start. */
interface Prepared {
  plan: Plan
  streams: Stream[]
  arrivals: Arrivals
  endMs: number
}

/** start ── pace announces, sender sends ── plan passed, or stop ── last in flight settles ── done */
const startLoad = (prepared: Prepared, {startAtMs, now}: LoadStart, reports: LoadReports): LoadRun => {
  const {plan, streams, arrivals, endMs} = prepared
  const names = streams.map(({name}) => name)
  const books = createBooks(names, {startAtMs, ...reports})
  const lastSecond = Math.ceil(endMs / 1000) - 1
  let draining = false
  let done = false
  let grace: NodeJS.Timeout | undefined

  const finishWhenIdle = (): void => {
    if (!draining || done || inFlight.size > 0) return
    done = true
    clearTimeout(grace)
    pace.stop()
    reports.onDone(books.totals)
  }
  const closeThrough = (index: number): void => books.closeThrough(Math.min(lastSecond, index), inFlight.size)
  const drain = (): void => {
    draining = true
    closeThrough(Math.floor(now() / 1000))
    finishWhenIdle()
  }
  const {inFlight, due} = createSender(plan, streams, books, now, finishWhenIdle)
  const secondPassed = (index: number): void => {
    books.reportLive(index, inFlight.size)
    closeThrough(index)
  }
  const pace = startPace(arrivals, endMs, {now, due, secondPassed, planPassed: drain})
  return {
    stop: (graceMs) => {
      pace.stop()
      drain()
      clearTimeout(grace)
      if (!done) grace = setTimeout(() => giveUpAll(inFlight), Math.max(0, graceMs))
    },
  }
}

/** Compiles the plan, and returns what starts it. */
export const prepareLoad = (plan: Plan): ((start: LoadStart, reports: LoadReports) => LoadRun) => {
  const prepared = {
    plan,
    streams: streamsOf(plan),
    arrivals: arrivalsOf(plan.rates),
    endMs: plan.rates.at(-1)?.endMs ?? 0,
  }
  return (start, reports) => startLoad(prepared, start, reports)
}
