import type {FailureKind, LiveLoad, LoadSecond, LoadTotals} from '../engine.js'
import {
  type ClosingHealth,
  createLedger,
  type OpenSecond,
  type Tally as RequestTally,
} from '../pacer/ledger.js'
import {createLive} from './live.js'

/** What a request is counted under: one name in the second in which it was sent. */
export interface Place {
  second: OpenSecond
  counts: RequestTally
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
  secondsOver(through: number, health: ClosingHealth): void
  /** Tells the progress display what happened since the last call. */
  live(atMs: number, inFlight: number): void
}

/** Without what only a plan has: arrivals, and how late they were sent. */
const unplanned = ({startMs, requests, health: {latenessMs: _late, ...health}}: LoadSecond): LoadSecond => ({
  startMs,
  requests,
  health,
})

/** A tally of these request names; `startAtMs` is the epoch time of the first second, and none follows the last one. */
export const createTally = (
  names: readonly string[],
  {startAtMs, lastSecond}: {startAtMs: number; lastSecond: number},
  {onSecond, onLive}: TallyReports,
): Tally => {
  const ledger = createLedger(names, startAtMs, ({second}) => onSecond(unplanned(second)))
  let over = 0
  const live = createLive(onLive)
  const totals = {due: 0, sent: 0, skipped: 0, answered: 0, failed: 0}
  return {
    totals,
    sent: (nameIndex, atMs) => {
      // A thread that was held up may write a moment too late: what is over takes no more, and what comes after the
      // end, before anybody noticed it, belongs to the last second.
      const index = Math.max(over, Math.floor(Math.max(0, atMs) / 1000))
      const second = ledger.second(Math.min(lastSecond, index))
      const counts = second.tallies[nameIndex]
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
      ledger.settled(second)
    },
    failed: ({second, counts}, kind) => {
      counts.failed[kind] = (counts.failed[kind] ?? 0) + 1
      totals.failed++
      live.failed()
      ledger.settled(second)
    },
    secondsOver: (through, health) => {
      for (; over <= through; over++) ledger.close(over, health)
    },
    live: (atMs, inFlight) => live.tell(atMs, inFlight),
  }
}
