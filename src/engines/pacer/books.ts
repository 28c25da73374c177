import type {FlowSecond, LoadTotals} from '../engine.js'
import type {Ending} from './call.js'
import type {FlowBook} from './flow.js'
import {createLedger, type OpenSecond, type Tally} from './ledger.js'
import {createLiveCounts} from './live.js'
import type {LivePart, SecondPart} from './messages.js'
import type {ThreadHealth} from './thread-health.js'

/** One request in the books: what it is counted under. */
export interface Entry {
  readonly second: OpenSecond
  readonly tally: Tally
  /** Intended send time, ms since the start. */
  readonly atMs: number
}

/** Who reads the books while they are kept. */
export interface BookReports {
  onSecond: (part: SecondPart) => void
  onLive: (part: LivePart) => void
}

/** Books every request once as due, once as sent or skipped, and once as ended if it was sent. */
export interface Books {
  readonly totals: Readonly<LoadTotals>
  /** An arrival of the plan became due. */
  arrived(atMs: number): void
  /** Request of this name (by index) became due. */
  due(nameIndex: number, atMs: number): Entry
  skipped(entry: Entry): void
  sent(entry: Entry, nowMs: number): void
  /** `then` is told once it is booked, before its second may be reported: what it books is in time for that. */
  ended(entry: Entry, ending: Ending, nowMs: number, then?: () => void): void
  /** What becomes of flows, beside their requests. */
  readonly flows: FlowBook
  /** All up to this second is over; works twice. */
  closeThrough(index: number, inFlight: number): void
  /** Tells the progress display about the second that ends now. */
  reportLive(index: number, inFlight: number): void
}

const add = <K extends string>(counts: Partial<Record<K, number>>, key: K): void => {
  counts[key] = (counts[key] ?? 0) + 1
}

const bookEnding = (totals: LoadTotals, tally: Tally, ending: Ending, latencyUs: number): void => {
  if ('failure' in ending) {
    totals.failed++
    add(tally.failed, ending.failure)
    return
  }
  totals.answered++
  add(tally.answered, String(ending.status))
  if (ending.unexpected) tally.unexpected = (tally.unexpected ?? 0) + 1
  tally.latencyUs.recordValue(latencyUs)
}

const flowIn = (second: OpenSecond, name: string): FlowSecond => {
  second.flows ??= {}
  const flow = second.flows[name] ?? {started: 0, completed: 0, broken: {}}
  second.flows[name] = flow
  return flow
}

const flowBook = (secondAt: (atMs: number) => OpenSecond): FlowBook => ({
  started: (name, atMs) => {
    flowIn(secondAt(atMs), name).started++
  },
  completed: (name, nowMs) => {
    flowIn(secondAt(nowMs), name).completed++
  },
  broken: (name, step, why, nowMs) => {
    const {broken} = flowIn(secondAt(nowMs), name)
    const reasons = broken[step] ?? {}
    broken[step] = reasons
    add(reasons, why)
  },
})

/** What the books are begun with. */
export interface BookCover {
  startAtMs: number
  /** What is due at the very end of the plan belongs to this second. */
  lastSecond: number
  /** Of the thread, since it was asked last. */
  health: () => ThreadHealth
}

/** Empty books for these request names. */
export const createBooks = (
  names: readonly string[],
  {startAtMs, lastSecond, health, onSecond, onLive}: BookReports & BookCover,
): Books => {
  const ledger = createLedger(names, startAtMs, onSecond)
  const live = createLiveCounts()
  const totals: LoadTotals = {due: 0, sent: 0, skipped: 0, answered: 0, failed: 0}
  let closed = 0
  // A step that was to be sent in the last millisecond of a second may come up just after its end.
  const secondAt = (atMs: number): OpenSecond =>
    ledger.second(Math.min(lastSecond, Math.max(closed, Math.floor(atMs / 1000))))

  return {
    totals,
    arrived: (atMs) => {
      secondAt(atMs).arrivals++
    },
    due: (nameIndex, atMs) => {
      const second = secondAt(atMs)
      const tally = second.tallies[nameIndex]
      if (tally === undefined) throw new RangeError(`there is no request ${nameIndex}`)
      totals.due++
      tally.due++
      live.due()
      return {second, tally, atMs}
    },
    skipped: ({tally}) => {
      totals.skipped++
      tally.skipped++
    },
    sent: ({second, tally, atMs}, nowMs) => {
      totals.sent++
      tally.sent++
      second.unsettled++
      second.latenessUs.recordValue(Math.max(0, Math.round((nowMs - atMs) * 1000)))
    },
    flows: flowBook(secondAt),
    ended: (entry, ending, nowMs, then) => {
      const latencyUs = Math.max(0, Math.round((nowMs - entry.atMs) * 1000))
      bookEnding(totals, entry.tally, ending, latencyUs)
      live.ended(ending, latencyUs)
      then?.()
      ledger.settled(entry.second)
    },
    closeThrough: (index, inFlight) => {
      for (; closed <= index; closed++) ledger.close(closed, {...health(), inFlight})
    },
    reportLive: (index, inFlight) => onLive(live.take(startAtMs + (index + 1) * 1000, inFlight)),
  }
}
