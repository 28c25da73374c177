import type {Histogram} from 'hdr-histogram-js'
import type {FailureKind, LoadSecond, RequestSecond} from '../engine.js'
import type {Expected} from '../pacer/expect.js'
import {encoded, type Histograms, percentileMs} from '../pacer/histograms.js'

/** Counts of one request name in one second. */
export interface Tally {
  due: number
  sent: number
  skipped: number
  answered: Record<string, number>
  failed: Partial<Record<FailureKind, number>>
  latencyUs: Histogram
  unexpected?: number
}

/** A second that is not yet reported. */
export interface OpenSecond {
  readonly tallies: Map<string, Tally>
  readonly latenessUs: Histogram
  arrivals: number
  /** Arrivals that have begun and not ended. */
  unsettled: number
}

/** How a request ended. */
export type Ending = {status: number} | {failure: FailureKind}

/** An empty second for these names. */
export const openSecond = (names: Iterable<string>, histograms: Histograms): OpenSecond => {
  const second: OpenSecond = {tallies: new Map(), latenessUs: histograms.take(), arrivals: 0, unsettled: 0}
  for (const name of names) tallyOf(second, name, histograms)
  return second
}

/** The counts of a name, from zero when it is new. */
export const tallyOf = ({tallies}: OpenSecond, name: string, histograms: Histograms): Tally => {
  const known = tallies.get(name)
  if (known !== undefined) return known
  const tally = {due: 0, sent: 0, skipped: 0, answered: {}, failed: {}, latencyUs: histograms.take()}
  tallies.set(name, tally)
  return tally
}

/**
 * Books ends of requests that were sent, of one kind and about as long; of unknown length they are in no latency.
 * `expected` says whether a status is a right answer.
 */
export const bookEndings = (
  tally: Tally,
  ending: Ending,
  tookUs: number | undefined,
  count: number,
  expected: Expected = () => true,
): void => {
  const {answered, failed, latencyUs} = tally
  if ('failure' in ending) {
    failed[ending.failure] = (failed[ending.failure] ?? 0) + count
    return
  }
  answered[ending.status] = (answered[ending.status] ?? 0) + count
  if (tookUs !== undefined) latencyUs.recordValueWithCount(Math.max(0, Math.round(tookUs)), count)
  if (!expected(ending.status)) tally.unexpected = (tally.unexpected ?? 0) + count
}

/** Books the one end of a request. */
export const bookEnding = (tally: Tally, ending: Ending, tookUs: number, expected?: Expected): void =>
  bookEndings(tally, ending, tookUs, 1, expected)

/** What is reported of a second; its histograms are given back. */
export const closeSecond = (
  {tallies, latenessUs, arrivals}: OpenSecond,
  startMs: number,
  health: {cpu?: number; inFlight: number},
  histograms: Histograms,
): LoadSecond => {
  const requests: Record<string, RequestSecond> = {}
  for (const [name, {latencyUs, ...counts}] of tallies) {
    requests[name] = {...counts, histogram: encoded(latencyUs)}
    histograms.giveBack(latencyUs)
  }
  const latenessMs = {
    p50: percentileMs(latenessUs, 50),
    p99: percentileMs(latenessUs, 99),
    max: percentileMs(latenessUs, 100),
  }
  histograms.giveBack(latenessUs)
  return {startMs, requests, arrivals, health: {latenessMs, ...health}}
}
