import type {Histogram} from 'hdr-histogram-js'
import type {EngineHealth, LoadSecond, RequestSecond} from '../engine.js'
import {createHistograms, encoded} from '../pacer/histograms.js'

/** Counts of one request name in one second. */
export interface Counts extends Omit<RequestSecond, 'histogram'> {
  latencyUs: Histogram
}

/** A second that is not yet reported. */
export interface OpenSecond {
  readonly index: number
  /** One for each request name, in the order of the names. */
  readonly requests: readonly Counts[]
  /** Sent, but neither answered nor failed. */
  unsettled: number
  /** Set when the second is over. */
  health?: EngineHealth
}

/** Reports each second in order, once it is over and all its requests are settled. */
export interface OpenSeconds {
  /** The second of this index, or the first that is not over: a thread that was held up may write a moment too late. */
  at(index: number): OpenSecond
  /** One of its requests was answered or failed. */
  settled(second: OpenSecond): void
  /** The seconds up to this one are over. */
  over(through: number, health: EngineHealth): void
}

/** Seconds of these request names; `startAtMs` is the epoch time of the first. */
export const openSeconds = (
  names: readonly string[],
  startAtMs: number,
  onSecond: (second: LoadSecond) => void,
): OpenSeconds => {
  const histograms = createHistograms()
  const open: OpenSecond[] = []
  let reported = 0
  let over = 0

  const secondAt = (index: number): OpenSecond => {
    const counts = () => ({
      due: 0,
      sent: 0,
      skipped: 0,
      answered: {},
      failed: {},
      latencyUs: histograms.take(),
    })
    while (reported + open.length <= index)
      open.push({index: reported + open.length, unsettled: 0, requests: names.map(counts)})
    const found = open[index - reported]
    if (found === undefined) throw new RangeError(`second ${index} was reported already`)
    return found
  }
  const reportSettled = (): void => {
    for (let first = open[0]; first?.health !== undefined && first.unsettled === 0; first = open[0]) {
      open.shift()
      reported++
      onSecond(reportOf(first, first.health, names, startAtMs))
      for (const {latencyUs} of first.requests) histograms.giveBack(latencyUs)
    }
  }
  return {
    at: (index) => secondAt(Math.max(over, index)),
    settled: (second) => {
      second.unsettled--
      if (second.health !== undefined) reportSettled()
    },
    over: (through, health) => {
      for (; over <= through; over++) secondAt(over).health = health
      reportSettled()
    },
  }
}

const reportOf = (
  {index, requests}: OpenSecond,
  health: EngineHealth,
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
