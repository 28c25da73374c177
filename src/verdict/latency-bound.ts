import {formatDuration} from '../scenarios/quantities.js'
import type {LatencyObjective} from '../scenarios/scenario.js'
import type {Counter} from './counting.js'
import type {Lack} from './observations.js'

/** A bucket bound and the buckets at it, one of each histogram. */
export interface Bound {
  ms: number
  buckets: Counter[]
}

/**
 * Where a latency lies among the bounds of histograms: on one, or between two that all of them have. `below` is absent
 * where no bound is lower.
 */
export type Place = {kind: 'exact'; at: Bound} | {kind: 'between'; below?: Bound; above: Bound}

/** The upper bound of a bucket in ms. Compared as numbers: `0.3`, `0.30` and `3e-1` are one bound. */
const boundMs = ({labels}: Counter): number => {
  const le = labels['le'] ?? ''
  if (le === '+Inf') return Number.POSITIVE_INFINITY
  return le === '' ? Number.NaN : Number(le) * 1000
}

const same = (one: number, other: number): boolean => Math.abs(one - other) <= 1e-9 * other

/** Finite bounds that every histogram has, rising. */
const commonBounds = (buckets: readonly Counter[]): Bound[] => {
  const histograms = buckets.filter((bucket) => boundMs(bucket) === Number.POSITIVE_INFINITY).length
  const finite = [...new Set(buckets.map(boundMs).filter(Number.isFinite))].sort((a, b) => a - b)
  return finite
    .map((ms) => ({ms, buckets: buckets.filter((bucket) => same(boundMs(bucket), ms))}))
    .filter((bound) => bound.buckets.length >= Math.max(1, histograms))
}

/** Finds a latency among the bounds of these buckets; above the highest of them nothing is known of it. */
export const placeOf = (buckets: readonly Counter[], {belowMs, latency}: LatencyObjective): Place | Lack => {
  const bounds = commonBounds(buckets)
  const at = bounds.find(({ms}) => same(ms, belowMs))
  if (at) return {kind: 'exact', at}
  if (buckets.some((bucket) => same(boundMs(bucket), belowMs)))
    return {lack: `not every histogram of ${latency} has a bucket bound at ${formatDuration(belowMs)}`}
  const above = bounds.find(({ms}) => ms > belowMs)
  const below = bounds.findLast(({ms}) => ms < belowMs)
  if (above) return {kind: 'between', above, ...(below && {below})}
  const top = below
    ? `above the top bucket of ${latency} (${formatDuration(below.ms)})`
    : `above every bucket of ${latency}`
  const instead = below ? `ask for ${formatDuration(below.ms)} or less, or add a bucket` : 'add a bucket'
  return {
    lack: `${formatDuration(belowMs)} is ${top}: how many were faster is not known; ${instead} at ${formatDuration(belowMs)}`,
  }
}
