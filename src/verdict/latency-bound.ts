import {formatDuration} from '../scenarios/quantities.js'
import type {LatencyObjective} from '../scenarios/scenario.js'
import type {Counter} from './counting.js'
import type {Lack} from './observations.js'

/** The upper bound of a bucket in ms. Compared as numbers: `0.3`, `0.30` and `3e-1` are one bound. */
const boundMs = ({labels}: Counter): number => {
  const le = labels['le'] ?? ''
  if (le === '+Inf') return Number.POSITIVE_INFINITY
  return le === '' ? Number.NaN : Number(le) * 1000
}

const same = (one: number, other: number): boolean => Math.abs(one - other) <= 1e-9 * other

/** The buckets whose bound is exactly this latency. */
export const seriesAtBound = (buckets: readonly Counter[], belowMs: number): Counter[] =>
  buckets.filter((bucket) => same(boundMs(bucket), belowMs))

/** Between two bounds nothing is known: the bound must be one, in every histogram that is counted. */
export const boundLack = (
  buckets: readonly Counter[],
  atBound: readonly Counter[],
  {belowMs, latency}: LatencyObjective,
): Lack | undefined => {
  const histograms = buckets.filter((bucket) => boundMs(bucket) === Number.POSITIVE_INFINITY)
  if (atBound.length > 0 && atBound.length >= histograms.length) return undefined
  if (atBound.length > 0) {
    return {lack: `not every histogram of ${latency} has a bucket bound at ${formatDuration(belowMs)}`}
  }
  const near = neighbours(buckets, belowMs).map(formatDuration).join(', ')
  return {
    lack: `${formatDuration(belowMs)} is not a bucket bound of ${latency}; bounds next to it: ${near || 'none'}`,
  }
}

/** The finite bounds next to a latency, the lower one first. */
const neighbours = (buckets: readonly Counter[], belowMs: number): number[] => {
  const bounds = buckets.map(boundMs).filter(Number.isFinite)
  const lower = bounds.filter((bound) => bound < belowMs)
  const upper = bounds.filter((bound) => bound > belowMs)
  return [
    ...(lower.length > 0 ? [Math.max(...lower)] : []),
    ...(upper.length > 0 ? [Math.min(...upper)] : []),
  ]
}
