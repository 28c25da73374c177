import type {LoadSecond} from '../engine.js'
import {createHistograms} from '../pacer/histograms.js'
import {closeSecond, type OpenSecond, openSecond, type Tally, tallyOf} from './open-second.js'

/** Further names are counted together: a script that names no request has one for each URL. */
const mostNames = 100
const otherName = 'other'

/** The seconds of a load, reported in their order. */
export interface Seconds {
  /** The second of this offset from the start; the nearest that is not reported yet. */
  at(atMs: number): OpenSecond
  /** The counts of a request name in a second. */
  tally(second: OpenSecond, name: string): Tally
  /** This second (from 0) has passed. */
  passed(index: number, health: {cpu?: number; inFlight: number}): void
  /** Reports what is over: `isComplete` says whether all that was due before that offset is known. */
  report(isComplete: (beforeMs: number) => boolean): void
  /** Nothing more will come, and nothing of it belongs beyond this offset: reports all. */
  finish(atMs: number): void
}

/** The seconds of a load of that length; `fixed` are the names that each second reports. */
export const createSeconds = (
  {startAtMs, durationMs, fixed}: {startAtMs: number; durationMs: number; fixed: readonly string[]},
  onSecond: (second: LoadSecond) => void,
): Seconds => {
  const histograms = createHistograms()
  const names = new Set(fixed)
  const healths: {cpu?: number; inFlight: number}[] = []
  const open: OpenSecond[] = []
  let last = Math.ceil(durationMs / 1000) - 1
  let reported = 0

  const at = (atMs: number): OpenSecond => {
    const index = Math.min(last, Math.max(reported, Math.floor(atMs / 1000)))
    while (reported + open.length <= index) open.push(openSecond(names, histograms))
    return open[index - reported] ?? openSecond(names, histograms)
  }
  const reportFirst = (): void => {
    const second = at(reported * 1000)
    open.shift()
    const health = healths[reported] ?? {inFlight: 0}
    onSecond(closeSecond(second, startAtMs + reported++ * 1000, health, histograms))
  }
  return {
    at,
    tally: (second, name) => {
      const counted = names.has(name) || names.size < mostNames ? name : otherName
      names.add(counted)
      return tallyOf(second, counted, histograms)
    },
    passed: (index, health) => {
      healths[index] = health
    },
    report: (isComplete) => {
      while (reported <= last && healths[reported] !== undefined) {
        if (!isComplete((reported + 1) * 1000) || at(reported * 1000).unsettled > 0) return
        reportFirst()
      }
    },
    finish: (atMs) => {
      last = Math.min(last, Math.max(reported + open.length - 1, Math.floor(atMs / 1000)))
      while (reported <= last) reportFirst()
    },
  }
}
