import type {RunRecord} from '../../run/record.js'
import {latencyCounts} from '../../verdict/latency-counts.js'
import {type Counts, quantileAt} from '../../verdict/statistics/bootstrap.js'

/** The course of a run for plots: one entry a second, or a pair of extremes for several of them. */
export interface Course {
  /** Seconds from the first request. */
  t: number[]
  offered: number[]
  answered: number[]
  /** Answers and failures per second, by class of status or kind of failure. */
  outcomes: Record<string, number[]>
  /** Milliseconds; `null` in a second without an answer. */
  p50: (number | null)[]
  p90: (number | null)[]
  p99: (number | null)[]
  max: (number | null)[]
  heat: Heat
}

/** How many answers were how slow, in columns of equal time. */
export interface Heat {
  /** Seconds that a column covers. */
  columnSeconds: number
  /** Upper bounds of the rows, ms, each a constant factor above the one before. */
  boundsMs: number[]
  /** By column, then by row. */
  counts: number[][]
}

/** Seconds beyond which a plot shows the extremes of stretches: more points than a screen has columns. */
const mostPoints = 4000
const mostColumns = 400
/** Ten rows for each factor of ten, from 0.1 ms to 100 s. */
const boundsMs = Array.from({length: 61}, (_, row) => 0.1 * 10 ** (row / 10))

type Second = RunRecord['load'][number]

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

const noCounts: Counts = {values: [], counts: []}

/** Answered latencies of all requests of a second: µs, rising, with their counts. */
const pooled = ({requests}: Second): Counts =>
  Object.values(requests).map(latencyCounts).reduce(merged, noCounts)

/** Two rising lists as one; what is in both is counted together. */
const merged = (one: Counts, other: Counts): Counts => {
  if (one.values.length === 0) return other
  const [values, counts]: [number[], number[]] = [[], []]
  const add = ({values: own, counts: times}: Counts, at: number): void => {
    const value = own[at] ?? 0
    const count = times[at] ?? 0
    if (values.at(-1) !== value) {
      values.push(value)
      counts.push(count)
    } else counts.push((counts.pop() ?? 0) + count)
  }
  let [i, j] = [0, 0]
  while (i < one.values.length || j < other.values.length) {
    const isFirst =
      j >= other.values.length || (i < one.values.length && Number(one.values[i]) <= Number(other.values[j]))
    if (isFirst) add(one, i++)
    else add(other, j++)
  }
  return {values, counts}
}

const outcomesOf = ({requests}: Second): Record<string, number> => {
  const all: Record<string, number> = {}
  const add = (key: string, count: number): void => {
    all[key] = (all[key] ?? 0) + count
  }
  for (const {answered, failed, skipped} of Object.values(requests)) {
    for (const [code, count] of Object.entries(answered)) add(`${code.charAt(0)}xx`, count)
    for (const [kind, count] of Object.entries(failed)) add(kind, count)
    if (skipped > 0) add('skipped', skipped)
  }
  return all
}

const ms = (us: number | undefined): number | null =>
  us === undefined || Number.isNaN(us) ? null : Number((us / 1000).toPrecision(4))

/** The record's seconds as columns of numbers. */
export const courseOf = ({load}: Pick<RunRecord, 'load'>, startedMs: number): Course => {
  const pools = load.map(pooled)
  const quantile = (share: number): (number | null)[] =>
    pools.map(({values, counts}) => ms(values[quantileAt(counts, share)]))
  const outcomes = load.map(outcomesOf)
  const kinds = [...new Set(outcomes.flatMap((one) => Object.keys(one)))].sort()
  return thinned({
    t: load.map(({startMs}) => (startMs - startedMs) / 1000),
    offered: load.map(({requests}) => sum(Object.values(requests).map(({due}) => due))),
    answered: load.map(({requests}) =>
      sum(Object.values(requests).flatMap(({answered}) => Object.values(answered))),
    ),
    outcomes: Object.fromEntries(kinds.map((kind) => [kind, outcomes.map((one) => one[kind] ?? 0)])),
    p50: quantile(0.5),
    p90: quantile(0.9),
    p99: quantile(0.99),
    max: pools.map(({values}) => ms(values.at(-1))),
    heat: heatOf(pools),
  })
}

const heatOf = (pools: readonly Counts[]): Heat => {
  const columnSeconds = Math.max(1, Math.ceil(pools.length / mostColumns))
  const counts: number[][] = []
  for (const [second, {values, counts: times}] of pools.entries()) {
    const column = Math.floor(second / columnSeconds)
    const rows = counts[column] ?? new Array<number>(boundsMs.length).fill(0)
    counts[column] = rows
    for (let at = 0; at < values.length; at++) {
      const us = values[at] ?? 0
      const row = Math.min(boundsMs.length - 1, Math.max(0, Math.ceil(10 * Math.log10(us / 100))))
      rows[row] = (rows[row] ?? 0) + (times[at] ?? 0)
    }
  }
  return {columnSeconds, boundsMs: boundsMs.map((bound) => Number(bound.toPrecision(3))), counts}
}

/** Of each stretch its least and its greatest value, in their order: no spike is lost, and none is made. */
const extremes = (values: readonly (number | null)[], stretch: number): (number | null)[] => {
  const kept: (number | null)[] = []
  for (let from = 0; from < values.length; from += stretch) {
    const part = values.slice(from, from + stretch)
    const known = part.flatMap((value) => value ?? [])
    const [least, most] = known.length === 0 ? [null, null] : [Math.min(...known), Math.max(...known)]
    kept.push(...(part.indexOf(least) <= part.indexOf(most) ? [least, most] : [most, least]))
  }
  return kept
}

const thinned = (course: Course): Course => {
  if (course.t.length <= mostPoints) return course
  const stretch = Math.ceil((2 * course.t.length) / mostPoints)
  const thin = (values: number[]): number[] => extremes(values, stretch).map((value) => value ?? 0)
  // Two points for each stretch: at its beginning and in its middle.
  const t = course.t.flatMap((value, at) => (at % stretch === 0 ? [value, value + stretch / 2] : []))
  return {
    ...course,
    t,
    offered: thin(course.offered),
    answered: thin(course.answered),
    outcomes: Object.fromEntries(
      Object.entries(course.outcomes).map(([kind, values]) => [kind, thin(values)]),
    ),
    p50: extremes(course.p50, stretch),
    p90: extremes(course.p90, stretch),
    p99: extremes(course.p99, stretch),
    max: extremes(course.max, stretch),
  }
}
