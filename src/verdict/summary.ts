import type {RunRecord} from '../run/record.js'
import {type PhaseName, phaseNames} from '../scenarios/scenario.js'
import type {Effects} from './effects/effect.js'
import {effectsOf} from './effects/effects.js'
import {type FlowRow, flowsOf, unexpectedOf} from './flow-summary.js'
import {latencyCounts} from './latency-counts.js'
import {type LoadSecond, type RequestSecond, secondsIn} from './seconds.js'
import {type Counts, quantileOf} from './statistics/bootstrap.js'
import {type Moment, timelineOf} from './timeline.js'
import {spansOf, type Window} from './windows.js'

/** Numbers derived from a record once, for all reports. */
export interface RunSummary {
  /** Epoch ms of the first request; absent when there was none. */
  startedMs?: number
  /** Each phase that was entered, in ms from the first request. */
  phases: {phase: PhaseName; startMs: number; endMs: number}[]
  /** Per phase: one row for each request name, and one named `all` when there are several. */
  load: LoadRow[]
  /** Over all judged phases; absent where the load has no flows. */
  flows?: FlowRow[]
  /** Answers with a status that their request does not expect, by its name; absent where there were none. */
  unexpected?: Record<string, number>
  generator?: GeneratorHealth
  timeline: Moment[]
  /** What the faults did, to the callers and edge by edge. */
  effects: Effects
}

/** What the load engine saw of one request name in one phase. */
export interface LoadRow {
  phase: PhaseName
  request: string
  due: number
  sent: number
  skipped: number
  sentPerSecond: number
  /** Answers by class of status: `2xx`. */
  answered: Record<string, number>
  failed: RequestSecond['failed']
  /** Answers of class 5xx and requests without an answer, as a share of those sent. */
  errorRatio: number
  /** Of answered requests, from the time they were meant to be sent, in ms. Absent when none was answered. */
  latencyMs?: {p50: number; p90: number; p99: number; max: number}
}

/** How well the generator kept time over the judged phases. */
export interface GeneratorHealth {
  /** Largest p99 and largest value of any second, in ms; absent when the engine does not report it. */
  latenessMs?: {p99: number; max: number}
  /** Share of one core; absent when the engine does not report it. */
  cpu?: {mean: number; max: number}
  skipped: number
  maxInFlight: number
}

export const summarise = (record: RunRecord): RunSummary => {
  const startedMs = record.events.find(({event}) => event === 'load-started')?.atMs
  const spans = spansOf(record)
  const entered = phaseNames.flatMap((phase) => (spans[phase] ? [{phase, window: spans[phase]}] : []))
  const judged = entered.flatMap(({window}) => secondsIn(record.load, window))
  const flows = flowsOf(judged)
  const unexpected = unexpectedOf(judged)
  return {
    ...(startedMs === undefined ? {} : {startedMs}),
    phases: entered.map(({phase, window: {startMs, endMs}}) => ({
      phase,
      startMs: startMs - (startedMs ?? startMs),
      endMs: endMs - (startedMs ?? startMs),
    })),
    load: entered.flatMap(({phase, window}) => rowsOf(phase, window, record.load)),
    ...(flows.length > 0 && {flows}),
    ...(Object.keys(unexpected).length > 0 && {unexpected}),
    ...(judged.length > 0 ? {generator: healthOf(judged)} : {}),
    timeline: timelineOf(record, startedMs ?? record.header.createdMs),
    effects: effectsOf(record),
  }
}

const rowsOf = (phase: PhaseName, window: Window, load: readonly LoadSecond[]): LoadRow[] => {
  const seconds = secondsIn(load, window)
  const names = [...new Set(seconds.flatMap(({requests}) => Object.keys(requests)))]
  const row = (request: string, parts: readonly RequestSecond[], pool: Pool): LoadRow => ({
    ...rowOf(phase, request, parts, seconds.length),
    ...latencyOf(pool),
  })
  const named = names.map((name) => {
    const parts = seconds.flatMap(({requests}) => requests[name] ?? [])
    return {name, parts, pool: pooled(parts.map(latencyCounts))}
  })
  const rows = named.map(({name, parts, pool}) => row(name, parts, pool))
  if (names.length < 2) return rows
  // The counts of each name are few: adding these up is quicker than all the seconds once more.
  const all = pooled(named.map(({pool}) => ({values: [...pool.keys()], counts: [...pool.values()]})))
  const parts = named.flatMap((one) => one.parts)
  return [...rows, row('all', parts, all)]
}

/** How often each latency was seen, by µs. */
type Pool = ReadonlyMap<number, number>

const pooled = (all: readonly Counts[]): Pool => {
  const pool = new Map<number, number>()
  for (const {values, counts} of all) {
    for (let at = 0; at < values.length; at++) {
      const value = values[at] ?? 0
      pool.set(value, (pool.get(value) ?? 0) + (counts[at] ?? 0))
    }
  }
  return pool
}

const rowOf = (
  phase: PhaseName,
  request: string,
  parts: readonly RequestSecond[],
  seconds: number,
): LoadRow => {
  const total = (field: 'due' | 'sent' | 'skipped'): number =>
    parts.reduce((sum, part) => sum + part[field], 0)
  const byStatus = added(parts.map(({answered}) => answered))
  const answered = added(
    Object.entries(byStatus).map(([status, count]) => ({[`${status.slice(0, 1)}xx`]: count})),
  )
  const failed: LoadRow['failed'] = added(parts.map((part) => part.failed))
  const errors = (answered['5xx'] ?? 0) + Object.values(failed).reduce((sum, count) => sum + count, 0)
  const sent = total('sent')
  return {
    phase,
    request,
    due: total('due'),
    sent,
    skipped: total('skipped'),
    sentPerSecond: seconds === 0 ? 0 : sent / seconds,
    answered,
    failed,
    errorRatio: sent === 0 ? 0 : errors / sent,
  }
}

/** Adds up counts by key. */
const added = (parts: readonly Record<string, number | undefined>[]): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (const part of parts) {
    for (const [key, count] of Object.entries(part)) sums[key] = (sums[key] ?? 0) + (count ?? 0)
  }
  return sums
}

/** Percentiles do not average: the counts of all seconds are pooled, then asked. */
const latencyOf = (pool: Pool): Pick<LoadRow, 'latencyMs'> => {
  if (pool.size === 0) return {}
  const order = [...pool.keys()].sort((a, b) => a - b)
  const ms = (share: number): number => quantileOf(pool, order, share) / 1000
  return {latencyMs: {p50: ms(0.5), p90: ms(0.9), p99: ms(0.99), max: (order.at(-1) ?? 0) / 1000}}
}

const healthOf = (seconds: readonly LoadSecond[]): GeneratorHealth => {
  const most = (value: (second: LoadSecond) => number): number =>
    seconds.reduce((largest, second) => Math.max(largest, value(second)), 0)
  const skipped = seconds
    .flatMap(({requests}) => Object.values(requests))
    .reduce((sum, {skipped}) => sum + skipped, 0)
  const reported = seconds.some(({health}) => health.latenessMs !== undefined)
  const latenessMs = {
    p99: most(({health}) => health.latenessMs?.p99 ?? 0),
    max: most(({health}) => health.latenessMs?.max ?? 0),
  }
  const cpus = seconds.flatMap(({health}) => health.cpu ?? [])
  const cpu = {
    mean: cpus.reduce((sum, one) => sum + one, 0) / cpus.length,
    max: most(({health}) => health.cpu ?? 0),
  }
  return {
    ...(reported ? {latenessMs} : {}),
    ...(cpus.length > 0 ? {cpu} : {}),
    skipped,
    maxInFlight: most(({health}) => health.inFlight),
  }
}
