import type {Histogram} from 'hdr-histogram-js'
import type {EngineHealth, FailureKind, LiveLoad, LoadSecond, LoadTotals, RequestSecond} from '../engine.js'
import {createHistograms, encoded} from '../pacer/histograms.js'

/** What a request is counted under: one name in the second in which it was sent. */
export interface Place {
  second: OpenSecond
  counts: Counts
  /** When it was sent, in ms since the start. */
  atMs: number
}

interface Counts extends Omit<RequestSecond, 'histogram'> {
  latencyUs: Histogram
}

interface OpenSecond {
  index: number
  requests: Counts[]
  /** Sent, but neither answered nor failed. */
  unsettled: number
  /** Set when the second is over. */
  health?: EngineHealth
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
  /** What happened since the last call, for the progress display. */
  live(atMs: number, inFlight: number): void
}

/** A tally of these request names; `startAtMs` is the epoch time of the first second. */
export const createTally = (
  names: readonly string[],
  startAtMs: number,
  {onSecond, onLive}: TallyReports,
): Tally => {
  const histograms = createHistograms()
  const recentUs = histograms.take()
  const totals = {due: 0, sent: 0, skipped: 0, answered: 0, failed: 0}
  const open: OpenSecond[] = []
  const recent = {sent: 0, errors: 0, settled: 0}
  let reported = 0
  let over = 0

  const freshCounts = (): Counts => {
    return {due: 0, sent: 0, skipped: 0, answered: {}, failed: {}, latencyUs: histograms.take()}
  }
  const secondAt = (index: number): OpenSecond => {
    while (reported + open.length <= index)
      open.push({index: reported + open.length, unsettled: 0, requests: names.map(freshCounts)})
    const found = open[index - reported]
    if (found === undefined) throw new RangeError(`second ${index} was reported already`)
    return found
  }
  const reportSettled = (): void => {
    for (let first = open[0]; first?.health !== undefined && first.unsettled === 0; first = open[0]) {
      open.shift()
      reported++
      onSecond(reportOf(first, names, startAtMs))
      for (const {latencyUs} of first.requests) histograms.giveBack(latencyUs)
    }
  }
  const settled = ({second}: Place, isError: boolean): void => {
    recent.settled++
    if (isError) recent.errors++
    second.unsettled--
    if (second.health !== undefined) reportSettled()
  }

  return {
    totals,
    sent: (nameIndex, atMs) => {
      // A request may be written a moment after its second was closed, on a thread that was held up.
      const second = secondAt(Math.max(over, Math.floor(Math.max(0, atMs) / 1000)))
      const counts = second.requests[nameIndex]
      if (counts === undefined) throw new RangeError(`there is no request ${nameIndex}`)
      for (const sums of [totals, counts]) {
        sums.due++
        sums.sent++
      }
      recent.sent++
      second.unsettled++
      return {second, counts, atMs}
    },
    answered: (place, status, atMs, isExpected) => {
      const latencyUs = Math.max(0, Math.round((atMs - place.atMs) * 1000))
      place.counts.latencyUs.recordValue(latencyUs)
      recentUs.recordValue(latencyUs)
      place.counts.answered[status] = (place.counts.answered[status] ?? 0) + 1
      if (!isExpected) place.counts.unexpected = (place.counts.unexpected ?? 0) + 1
      totals.answered++
      settled(place, status >= 500)
    },
    failed: (place, kind) => {
      place.counts.failed[kind] = (place.counts.failed[kind] ?? 0) + 1
      totals.failed++
      settled(place, true)
    },
    secondsOver: (through, health) => {
      for (; over <= through; over++) secondAt(over).health = health
      reportSettled()
    },
    live: (atMs, inFlight) => {
      const answered = recentUs.totalCount
      onLive({
        atMs,
        offeredPerSecond: recent.sent,
        achievedPerSecond: answered,
        errorRatio: recent.settled === 0 ? 0 : recent.errors / recent.settled,
        ...(answered > 0 && {p99Ms: recentUs.getValueAtPercentile(99) / 1000}),
        inFlight,
      })
      recentUs.reset()
      Object.assign(recent, {sent: 0, errors: 0, settled: 0})
    },
  }
}

const reportOf = (
  {index, requests, health = {cpu: 0, inFlight: 0}}: OpenSecond,
  names: readonly string[],
  startAtMs: number,
): LoadSecond => ({
  startMs: startAtMs + index * 1000,
  requests: Object.fromEntries(
    requests.map(({latencyUs, ...counts}, at) => [
      names[at] ?? '',
      {...counts, histogram: encoded(latencyUs)},
    ]),
  ),
  health,
})
