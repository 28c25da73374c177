import type {EngineHealth, FailureKind, FlowSecond, RequestSecond} from '../engine.js'
import {encoded, percentileMs, recorded} from './histograms.js'
import type {SecondPart} from './messages.js'
import {Recorder} from './recorder.js'

/** What is known of the engine's health when a second is over. */
export type ClosingHealth = Omit<EngineHealth, 'latenessMs'>

/** Counts of one request name in one second. */
export interface Tally {
  due: number
  sent: number
  skipped: number
  answered: Record<string, number>
  failed: Partial<Record<FailureKind, number>>
  /** Of those answered; absent as long as there is none. */
  unexpected?: number
  latencyUs: Recorder
}

/** A second that is not yet reported. */
export interface OpenSecond {
  readonly index: number
  /** One for each request name, in the order of the names. */
  readonly tallies: readonly Tally[]
  readonly latenessUs: Recorder
  /** Arrivals of the plan that became due. */
  arrivals: number
  /** By name, as they come up; absent as long as there is none. */
  flows?: Record<string, FlowSecond>
  /** Sent, but neither answered nor failed. */
  unsettled: number
  /** Set when the second is over. */
  closed?: ClosingHealth
}

/** Counts by second, and reports each second in order once it is over and all its requests are settled. */
export interface Ledger {
  /** The second of this index; seconds may be opened ahead, but none that was reported already. */
  second(index: number): OpenSecond
  /** One of the second's requests was answered or failed. */
  settled(second: OpenSecond): void
  /** The second is over: nothing more will be sent in it. Seconds are closed in order. */
  close(index: number, health: ClosingHealth): void
}

const openSecond = (index: number, names: readonly string[], take: () => Recorder): OpenSecond => ({
  index,
  unsettled: 0,
  arrivals: 0,
  latenessUs: take(),
  tallies: names.map(() => ({
    due: 0,
    sent: 0,
    skipped: 0,
    answered: {},
    failed: {},
    latencyUs: take(),
  })),
})

const requestSecond = ({latencyUs, ...counts}: Tally): RequestSecond => ({
  ...counts,
  histogram: encoded(recorded(latencyUs)),
})

/** What is reported of a second that is over; undefined as long as it is not, or as any of its requests is in flight. */
const settledPart = (
  open: OpenSecond,
  names: readonly string[],
  startAtMs: number,
): SecondPart | undefined => {
  const {index, tallies, arrivals, flows, unsettled, closed} = open
  if (closed === undefined || unsettled > 0) return undefined
  const lateness = recorded(open.latenessUs)
  const [p50, p99, max] = [50, 99, 100].map((percentile) => percentileMs(lateness, percentile))
  return {
    second: {
      startMs: startAtMs + index * 1000,
      requests: Object.fromEntries(tallies.map((tally, at) => [names[at] ?? '', requestSecond(tally)])),
      arrivals,
      ...(flows !== undefined && {flows}),
      health: {latenessMs: {p50: p50 ?? 0, p99: p99 ?? 0, max: max ?? 0}, ...closed},
    },
    latenessHistogram: encoded(lateness),
  }
}

/** A ledger for these request names; `report` is told each second, `startAtMs` is the epoch time of the first. */
export const createLedger = (
  names: readonly string[],
  startAtMs: number,
  report: (part: SecondPart) => void,
): Ledger => {
  /** Used again: new ones every second would be garbage of 20 KB for each name. */
  const spare: Recorder[] = []
  const take = (): Recorder => spare.pop() ?? new Recorder()
  const giveBack = (recorder: Recorder): void => {
    recorder.reset()
    spare.push(recorder)
  }
  const open: OpenSecond[] = []
  let reported = 0

  const second = (index: number): OpenSecond => {
    while (reported + open.length <= index) open.push(openSecond(reported + open.length, names, take))
    const found = open[index - reported]
    if (found === undefined) throw new RangeError(`second ${index} was reported already`)
    return found
  }

  const reportSettled = (): void => {
    for (let first = open[0]; first !== undefined; first = open[0]) {
      const part = settledPart(first, names, startAtMs)
      if (part === undefined) return
      open.shift()
      reported++
      report(part)
      for (const {latencyUs} of first.tallies) giveBack(latencyUs)
      giveBack(first.latenessUs)
    }
  }

  return {
    second,
    settled: (settled) => {
      settled.unsettled--
      if (settled.closed !== undefined) reportSettled()
    },
    close: (index, health) => {
      second(index).closed = health
      reportSettled()
    },
  }
}
