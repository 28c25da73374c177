import {increasesOfAll} from '../counting.js'
import {latencyCounts} from '../latency-counts.js'
import type {Observations} from '../observations.js'
import {type LoadSecond, secondsIn} from '../seconds.js'
import {quantileOf} from '../statistics/bootstrap.js'
import {lengthMs, spansOf, type Window} from '../windows.js'
import {edgeCounters} from './edges.js'
import type {Overshoot} from './effect.js'

/** What waited for the fault to go comes within this time, or it is no overshoot. */
const watchedMs = 10_000
const leastBlockMs = 1000
const tail = 0.99

/** The peaks of latency and attempts after the last undoing, beside those of the baseline. */
export const overshootOf = (observed: Observations): Overshoot | undefined => {
  const {record, windows} = observed
  const undone = record.events.filter(({event}) => event === 'fault-undone').map(({atMs}) => atMs)
  const endMs = spansOf(record).recovery?.endMs
  const startMs = Math.max(...undone)
  if (undone.length === 0 || endMs === undefined || endMs <= startMs || !windows.baseline) return undefined
  const after = {startMs, endMs: Math.min(endMs, startMs + watchedMs)}
  const latency = latencyPeaks(record.load, after, windows.baseline)
  const attempts = attemptPeak(observed, after, windows.baseline)
  return latency || attempts ? {...(latency && {latency}), ...(attempts && {attempts})} : undefined
}

/** p99 of a second, over all its requests, in ms. */
const p99Of = ({requests}: LoadSecond): number | undefined => {
  const pooled = new Map<number, number>()
  for (const request of Object.values(requests)) {
    const {values, counts} = latencyCounts(request)
    for (const [at, value] of values.entries())
      pooled.set(value, (pooled.get(value) ?? 0) + (counts[at] ?? 0))
  }
  const order = [...pooled.keys()].sort((one, other) => one - other)
  return order.length === 0 ? undefined : quantileOf(pooled, order, tail) / 1000
}

const latencyPeaks = (load: readonly LoadSecond[], after: Window, baseline: Window): Overshoot['latency'] => {
  const peakIn = (window: Window): number =>
    Math.max(...secondsIn(load, window).flatMap((second) => p99Of(second) ?? []))
  const [peakMs, baselineMs] = [peakIn(after), peakIn(baseline)]
  return Number.isFinite(peakMs) && Number.isFinite(baselineMs) ? {peakMs, baselineMs} : undefined
}

const attemptPeak = (observed: Observations, after: Window, baseline: Window): Overshoot['attempts'] => {
  const blockMs = Math.max(leastBlockMs, 2 * observed.intervalMs)
  const blocks = Math.floor(lengthMs(after) / blockMs)
  const edgesMs = Array.from({length: blocks + 1}, (_, at) => after.startMs + at * blockMs)
  const peaks = edgeCounters(observed).flatMap(({edge, attempts}) => {
    const [before = 0] = increasesOfAll(attempts, [baseline.startMs, baseline.endMs])
    const most = Math.max(0, ...increasesOfAll(attempts, edgesMs).map((grown) => grown ?? 0))
    const baselinePerSecond = (before * 1000) / lengthMs(baseline)
    return baselinePerSecond > 0 ? [{edge, peakPerSecond: (most * 1000) / blockMs, baselinePerSecond}] : []
  })
  const rise = (peak: (typeof peaks)[number]): number => peak.peakPerSecond / peak.baselinePerSecond
  return peaks.sort((one, other) => rise(other) - rise(one))[0]
}
