import {phaseNames} from '../../scenarios/scenario.js'
import {type Counter, increaseOfAll} from '../counting.js'
import {matchersOf, type Observations, select} from '../observations.js'
import type {Window} from '../windows.js'
import type {EdgeEffect} from './effect.js'

/** Calls as the caller's code makes them, and attempts on the wire: what the reference's services export. */
const callsMetric = 'client_calls_total'
const attemptsMetric = 'client_attempts_total'
const bucketMetric = 'client_attempt_duration_seconds_bucket'
const tail = 0.99

/** The counters of one edge. */
export interface EdgeCounters {
  edge: string
  calls: Counter[]
  attempts: Counter[]
  buckets: Counter[]
}

/** Every edge that the metrics name, in order of the alphabet. */
export const edgeCounters = (observed: Observations): EdgeCounters[] => {
  const of = (metric: string): Map<string, Counter[]> => {
    const edges = new Map<string, Counter[]>()
    for (const counter of select(observed, matchersOf(`${metric}{from!="", to!=""}`))) {
      const edge = `${counter.labels['from']}->${counter.labels['to']}`
      edges.set(edge, [...(edges.get(edge) ?? []), counter])
    }
    return edges
  }
  const [calls, attempts, buckets] = [of(callsMetric), of(attemptsMetric), of(bucketMetric)]
  return [...attempts.keys()].sort().map((edge) => ({
    edge,
    calls: calls.get(edge) ?? [],
    attempts: attempts.get(edge) ?? [],
    buckets: buckets.get(edge) ?? [],
  }))
}

/** Attempts, calls and failures on every edge that the metrics name, phase by phase. */
export const edgeEffectsOf = (observed: Observations): EdgeEffect[] =>
  edgeCounters(observed).flatMap((counters) =>
    phaseNames.flatMap((phase) => {
      const window = observed.windows[phase]
      return window ? (effectOn(counters, phase, window) ?? []) : []
    }),
  )

/** How often a call was tried in a window, by edge; without those that nobody called. */
export const attemptsPerCallIn = (window: Window, observed: Observations): Map<string, number> =>
  new Map(
    edgeCounters(observed).flatMap(({edge, calls, attempts}) => {
      const called = increaseOfAll(calls, window) ?? 0
      return called > 0 ? [[edge, (increaseOfAll(attempts, window) ?? 0) / called] as const] : []
    }),
  )

const effectOn = (
  {edge, calls: callCounters, attempts: attemptCounters, buckets}: EdgeCounters,
  phase: EdgeEffect['phase'],
  window: Window,
): EdgeEffect | undefined => {
  const calls = increaseOfAll(callCounters, window) ?? 0
  const failed: Record<string, number> = {}
  let attempts = 0
  for (const counter of attemptCounters) {
    const grown = increaseOfAll([counter], window) ?? 0
    const result = counter.labels['result'] ?? 'unknown'
    attempts += grown
    if (result !== 'ok' && grown > 0) failed[result] = (failed[result] ?? 0) + grown
  }
  if (calls === 0 && attempts === 0) return undefined
  const lost = Object.values(failed).reduce((sum, n) => sum + n, 0)
  const p99Ms = tailOf(buckets, window)
  return {
    edge,
    phase,
    calls,
    attempts,
    attemptsPerCall: calls === 0 ? 0 : attempts / calls,
    failed,
    failedShare: attempts === 0 ? 0 : lost / attempts,
    ...(p99Ms && {p99Ms}),
  }
}

/** The bucket of the 99th percentile, in ms: between two bounds is all that a histogram says of it. */
const tailOf = (buckets: readonly Counter[], window: Window): EdgeEffect['p99Ms'] => {
  const upTo = new Map<number, number>()
  for (const bucket of buckets) {
    const bound = Number((bucket.labels['le'] ?? '').replace('Inf', 'Infinity'))
    const grown = increaseOfAll([bucket], window) ?? 0
    if (!Number.isNaN(bound)) upTo.set(bound, (upTo.get(bound) ?? 0) + grown)
  }
  const bounds = [...upTo.keys()].sort((one, other) => one - other)
  const total = upTo.get(Number.POSITIVE_INFINITY) ?? 0
  if (total <= 0) return undefined
  const at = bounds.findIndex((bound) => (upTo.get(bound) ?? 0) >= tail * total)
  const high = bounds[at] ?? Number.POSITIVE_INFINITY
  const low = 1000 * (bounds[at - 1] ?? 0)
  return Number.isFinite(high) ? {low, high: 1000 * high} : {low}
}
