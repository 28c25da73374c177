import type {Plan} from '../../plan/plan.js'
import {seededRandom} from '../../system/random.js'
import type {LoadTotals} from '../engine.js'
import {agendaOf, arrivalsOfStreams} from './agenda.js'
import type {Arrivals} from './arrivals.js'
import {type BookReports, type Books, createBooks} from './books.js'
import {startFlow} from './flow.js'
import {type DrawItem, itemsOf} from './items.js'
import type {Share} from './messages.js'
import {numberedRandom, RequestDraw} from './numbered-random.js'
import {startPace} from './pace.js'
import {type CompiledRequest, compileRequests} from './requests.js'
import {createSender, type Sender} from './sender.js'
import {startHealthMeter} from './thread-health.js'
import type {Transport} from './transport.js'
import {transportOf} from './transports.js'

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

/** What stands before the start. */
interface Prepared {
  plan: Plan
  requests: CompiledRequest[]
  arrivals: Arrivals[]
  items: DrawItem[]
  maxInFlight: number
  transportTo: (origin: string) => Transport
  endMs: number
  /** Of the threads that share the load, it is the first. */
  first: boolean
}

/** An arrival draws an item of its stream, and sends it. All that it draws comes from its number. */
const createArriver = (
  {plan, items}: Prepared,
  books: Books,
  sender: Sender,
  {startAtMs, now}: LoadStart,
) => {
  const randoms = plan.streams.map(({name}) => ({
    item: numberedRandom(
      seededRandom(plan.seed)
        .fork(`pacer: which item of ${name}`)
        .below(2 ** 32),
    ),
    text: numberedRandom(
      seededRandom(plan.seed)
        .fork(`pacer: templates of ${name}`)
        .below(2 ** 32),
    ),
  }))
  const world = {startAtMs, now, send: sender.send, waitUntil: sender.waitUntil, book: books.flows}
  return (stream: number, n: number, atMs: number): void => {
    const random = randoms[stream]
    if (random === undefined) return
    const item = items[stream]?.(random.item, n)
    if (item === undefined) return
    books.arrived(atMs)
    // Counts through all streams without a number twice; with one stream it is that of the request in the run.
    const sequence = n * items.length + stream + 1
    if (item.kind === 'flow') startFlow(item.flow, {atMs, sequence, random: random.text(n)}, world)
    else {
      const {request, entry} = item
      sender.send(request, atMs, new RequestDraw(sequence, entry, random.text, n), false)
    }
  }
}

/** start ── pace announces, sender sends ── plan passed, or stop ── last in flight settles ── done */
const startLoad = (prepared: Prepared, {startAtMs, now}: LoadStart, reports: LoadReports): LoadRun => {
  const {requests, arrivals, endMs, maxInFlight, transportTo} = prepared
  const lastSecond = Math.ceil(endMs / 1000) - 1
  const names = requests.map(({name}) => name)
  const meter = startHealthMeter(prepared.first)
  const books = createBooks(names, {startAtMs, lastSecond, health: meter.read, ...reports})
  let draining = false
  let done = false
  let grace: NodeJS.Timeout | undefined

  const finishWhenIdle = (): void => {
    if (!draining || done || !sender.idle) return
    done = true
    clearTimeout(grace)
    pace.stop()
    meter.stop()
    sender.close()
    reports.onDone(books.totals)
  }
  const sender = createSender(requests, {books, maxInFlight, transportTo, endMs, now, onIdle: finishWhenIdle})
  const closeThrough = (index: number): void =>
    books.closeThrough(Math.min(lastSecond, index), sender.inFlight)
  const drain = (): void => {
    draining = true
    sender.stop()
    closeThrough(Math.floor(now() / 1000))
    finishWhenIdle()
  }
  const pace = startPace(agendaOf(arrivals), endMs, {
    now,
    due: createArriver(prepared, books, sender, {startAtMs, now}),
    secondOver: (index) => books.reportLive(index, sender.inFlight),
    secondPassed: closeThrough,
    planPassed: drain,
  })
  return {
    stop: (graceMs) => {
      pace.stop()
      drain()
      clearTimeout(grace)
      if (!done) grace = setTimeout(() => sender.giveUp(), Math.max(0, graceMs))
    },
  }
}

/** Compiles the plan, and returns what starts this share of it. */
export const prepareLoad = (
  plan: Plan,
  share: Share = {index: 0, of: 1},
): ((start: LoadStart, reports: LoadReports) => LoadRun) => {
  const {maxInFlight, streams, connection} = plan.scenario.load
  const prepared = {
    plan,
    requests: compileRequests(plan, share),
    arrivals: arrivalsOfStreams(plan).map((arrivals) => arrivals.part(share.index, share.of)),
    items: itemsOf(streams),
    // What does not divide goes to the first ones.
    maxInFlight: Math.floor((maxInFlight + share.of - 1 - share.index) / share.of),
    transportTo: transportOf(connection),
    endMs: plan.rates.at(-1)?.endMs ?? 0,
    first: share.index === 0,
  }
  return (start, reports) => startLoad(prepared, start, reports)
}
