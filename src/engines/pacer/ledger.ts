import type {Histogram} from 'hdr-histogram-js'
import type {EngineHealth, FailureKind, FlowSecond, RequestSecond} from '../engine.js'
import {createHistograms, encoded, type Histograms, percentileMs} from './histograms.js'
import type {SecondPart} from './messages.js'

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
  latencyUs: Histogram
}

/** A second that is not yet reported. */
export interface OpenSecond {
  readonly index: number
  /** One for each request name, in the order of the names. */
  readonly tallies: readonly Tally[]
  readonly latenessUs: Histogram
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

const latenessOf = (us: Histogram): NonNullable<EngineHealth['latenessMs']> => ({
  p50: percentileMs(us, 50),
  p99: percentileMs(us, 99),
  max: percentileMs(us, 100),
})

const openSecond = (index: number, names: readonly string[], histograms: Histograms): OpenSecond => ({
  index,
  unsettled: 0,
  arrivals: 0,
  latenessUs: histograms.take(),
  tallies: names.map(() => ({
    due: 0,
    sent: 0,
    skipped: 0,
    answered: {},
    failed: {},
    latencyUs: histograms.take(),
  })),
})

const requestSecond = ({latencyUs, ...counts}: Tally): RequestSecond => ({
  ...counts,
  histogram: encoded(latencyUs),
})

/** A ledger for these request names; `report` is told each second, `startAtMs` is the epoch time of the first. */
export const createLedger = (
  names: readonly string[],
  startAtMs: number,
  report: (part: SecondPart) => void,
): Ledger => {
  const histograms = createHistograms()
  const open: OpenSecond[] = []
  let reported = 0

  const second = (index: number): OpenSecond => {
    while (reported + open.length <= index) open.push(openSecond(reported + open.length, names, histograms))
    const found = open[index - reported]
    if (found === undefined) throw new RangeError(`second ${index} was reported already`)
    return found
  }

  const reportSettled = (): void => {
    for (let first = open[0]; first?.closed !== undefined && first.unsettled === 0; first = open[0]) {
      open.shift()
      reported++
      const second = {
        startMs: startAtMs + first.index * 1000,
        requests: Object.fromEntries(
          first.tallies.map((tally, at) => [names[at] ?? '', requestSecond(tally)]),
        ),
        arrivals: first.arrivals,
        ...(first.flows !== undefined && {flows: first.flows}),
        health: {latenessMs: latenessOf(first.latenessUs), ...first.closed},
      }
      report({second, latenessHistogram: encoded(first.latenessUs)})
      for (const tally of first.tallies) histograms.giveBack(tally.latencyUs)
      histograms.giveBack(first.latenessUs)
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
