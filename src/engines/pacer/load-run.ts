import type {Plan} from '../../plan/plan.js'
import {seededRandom} from '../../system/random.js'
import type {LoadTotals} from '../engine.js'
import {arrivalsOf} from './arrivals.js'
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

/**
 * Compiles the plan and returns what starts it.
 *
 *   start ── pace announces, sender sends ── plan passed, or stop ── last in flight settles ── done
 */
export const prepareLoad = (plan: Plan): ((start: LoadStart, reports: LoadReports) => LoadRun) => {
  const streams = streamsOf(plan)
  const arrivals = arrivalsOf(plan.rates)
  const endMs = plan.rates.at(-1)?.endMs ?? 0
  const lastSecond = Math.ceil(endMs / 1000) - 1

  return ({startAtMs, now}, reports) => {
    const names = streams.map(({name}) => name)
    const books = createBooks(names, {startAtMs, ...reports})
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
    const {inFlight, due} = createSender(plan, streams, books, now, finishWhenIdle)
    const drain = (): void => {
      draining = true
      books.closeThrough(Math.min(lastSecond, Math.floor(now() / 1000)), inFlight.size)
      finishWhenIdle()
    }
    const pace = startPace(arrivals, endMs, {
      now,
      due,
      secondPassed: (index) => {
        books.reportLive(index, inFlight.size)
        books.closeThrough(Math.min(lastSecond, index), inFlight.size)
      },
      planPassed: drain,
    })
    const abortAll = (): void => {
      for (const call of [...inFlight]) call.giveUp('aborted')
    }
    return {
      stop: (graceMs) => {
        pace.stop()
        drain()
        clearTimeout(grace)
        if (done) return
        if (graceMs <= 0) abortAll()
        else grace = setTimeout(abortAll, graceMs)
      },
    }
  }
}
