import type {EngineHealth, FailureKind, LiveLoad, LoadSecond, LoadTotals} from '../engine.js'
import {createLive} from './live.js'
import {type Counts, type OpenSecond, openSeconds} from './open-seconds.js'

/** What a request is counted under: one name in the second in which it was sent. */
export interface Place {
  second: OpenSecond
  counts: Counts
  /** When it was sent, in ms since the start. */
  atMs: number
}

/** Whom the tally tells. */
export interface TallyReports {
  onSecond: (second: LoadSecond) => void
  onLive: (live: LiveLoad) => void
}

/** Counts requests by second and name. Whatever is sent is due: a closed loop has no plan to fall behind. */
export interface Tally {
  readonly totals: Readonly<LoadTotals>
  sent(nameIndex: number, atMs: number): Place
  answered(place: Place, status: number, atMs: number, isExpected: boolean): void
  failed(place: Place, kind: FailureKind): void
  /** The seconds up to this one are over; each is reported when all its requests are settled. */
  secondsOver(through: number, health: EngineHealth): void
  /** Tells the progress display what happened since the last call. */
  live(atMs: number, inFlight: number): void
}

/** A tally of these request names; `startAtMs` is the epoch time of the first second. */
export const createTally = (
  names: readonly string[],
  startAtMs: number,
  {onSecond, onLive}: TallyReports,
): Tally => {
  const seconds = openSeconds(names, startAtMs, onSecond)
  const live = createLive(onLive)
  const totals = {due: 0, sent: 0, skipped: 0, answered: 0, failed: 0}
  return {
    totals,
    sent: (nameIndex, atMs) => {
      const second = seconds.at(Math.floor(Math.max(0, atMs) / 1000))
      const counts = second.requests[nameIndex]
      if (counts === undefined) throw new RangeError(`there is no request ${nameIndex}`)
      for (const sums of [totals, counts]) {
        sums.due++
        sums.sent++
      }
      live.sent()
      second.unsettled++
      return {second, counts, atMs}
    },
    answered: ({second, counts, atMs: sentMs}, status, atMs, isExpected) => {
      const latencyUs = Math.max(0, Math.round((atMs - sentMs) * 1000))
      counts.latencyUs.recordValue(latencyUs)
      counts.answered[status] = (counts.answered[status] ?? 0) + 1
      if (!isExpected) counts.unexpected = (counts.unexpected ?? 0) + 1
      totals.answered++
      live.answered(latencyUs, status >= 500)
      seconds.settled(second)
    },
    failed: ({second, counts}, kind) => {
      counts.failed[kind] = (counts.failed[kind] ?? 0) + 1
      totals.failed++
      live.failed()
      seconds.settled(second)
    },
    secondsOver: (through, health) => seconds.over(through, health),
    live: (atMs, inFlight) => live.tell(atMs, inFlight),
  }
}
