import type {EngineHealth, FlowSecond, LiveLoad, LoadSecond, LoadTotals, RequestSecond} from '../engine.js'
import {decodedSum, encoded, percentileMs} from './histograms.js'
import type {LivePart, SecondPart} from './messages.js'

const sum = <T>(items: readonly T[], read: (item: T) => number): number =>
  items.reduce((total, item) => total + read(item), 0)

const keysOf = (records: readonly object[]): string[] => [...new Set(records.flatMap(Object.keys))]

const addedCounts = (all: readonly Readonly<Record<string, number | undefined>>[]): Record<string, number> =>
  Object.fromEntries(keysOf(all).map((key) => [key, sum(all, (counts) => counts[key] ?? 0)]))

/** Values of the same key together, in the order of first appearance. */
const byKey = <T, R>(
  records: readonly Readonly<Record<string, T>>[],
  merge: (values: T[]) => R,
): Record<string, R> =>
  Object.fromEntries(
    keysOf(records).map((key) => [
      key,
      merge(records.flatMap((record) => (record[key] === undefined ? [] : [record[key]]))),
    ]),
  )

const mergedRequest = (parts: RequestSecond[]): RequestSecond => ({
  due: sum(parts, ({due}) => due),
  sent: sum(parts, ({sent}) => sent),
  skipped: sum(parts, ({skipped}) => skipped),
  answered: addedCounts(parts.map(({answered}) => answered)),
  failed: addedCounts(parts.map(({failed}) => failed)),
  histogram: encoded(decodedSum(parts.map(({histogram}) => histogram))),
  ...(parts.some(({unexpected}) => unexpected !== undefined) && {
    unexpected: sum(parts, ({unexpected = 0}) => unexpected),
  }),
})

const mergedFlow = (parts: FlowSecond[]): FlowSecond => ({
  started: sum(parts, ({started}) => started),
  completed: sum(parts, ({completed}) => completed),
  broken: byKey(
    parts.map(({broken}) => broken),
    addedCounts,
  ),
})

/** CPU, memory and requests in flight add up; of delays the worst counts, as one slow thread makes late requests. */
const mergedHealth = (parts: readonly SecondPart[]): EngineHealth => {
  const all = parts.map(({second}) => second.health)
  const lateness = decodedSum(parts.map(({latenessHistogram}) => latenessHistogram))
  const delays = all.flatMap(({loopDelayMs}) => loopDelayMs ?? [])
  return {
    ...all[0],
    latenessMs: {
      p50: percentileMs(lateness, 50),
      p99: percentileMs(lateness, 99),
      max: percentileMs(lateness, 100),
    },
    cpu: sum(all, ({cpu = 0}) => cpu),
    loopDelayMs: {
      p99: Math.max(0, ...delays.map(({p99}) => p99)),
      max: Math.max(0, ...delays.map(({max}) => max)),
    },
    gcMs: Math.max(0, ...all.map(({gcMs = 0}) => gcMs)),
    heapMb: sum(all, ({heapMb = 0}) => heapMb),
    inFlight: sum(all, ({inFlight}) => inFlight),
  }
}

/** The same second of all threads as one. */
export const mergedSecond = (parts: readonly SecondPart[]): LoadSecond => {
  const seconds = parts.map(({second}) => second)
  const [first] = seconds
  if (first === undefined) throw new RangeError('there is no part to merge')
  if (seconds.length === 1) return first
  const flows = seconds.flatMap(({flows}) => (flows === undefined ? [] : [flows]))
  return {
    startMs: first.startMs,
    requests: byKey(
      seconds.map(({requests}) => requests),
      mergedRequest,
    ),
    arrivals: sum(seconds, ({arrivals = 0}) => arrivals),
    ...(flows.length > 0 && {flows: byKey(flows, mergedFlow)}),
    health: mergedHealth(parts),
  }
}

/** Taking histograms apart leaves buffers behind that the main thread, which has little to do, does not collect for long. */
const p99Of = (parts: readonly LivePart[]): number => {
  const [first] = parts
  return first !== undefined && parts.length === 1
    ? first.p99Ms
    : percentileMs(decodedSum(parts.map(({latencyHistogram}) => latencyHistogram)), 99)
}

/** The same second of all threads for the progress display. */
export const mergedLive = (parts: readonly LivePart[]): LiveLoad => {
  const settled = sum(parts, (part) => part.settled)
  const answered = sum(parts, (part) => part.answered)
  return {
    atMs: Math.max(...parts.map(({atMs}) => atMs)),
    offeredPerSecond: sum(parts, ({due}) => due),
    achievedPerSecond: answered,
    errorRatio: settled === 0 ? 0 : sum(parts, ({errors}) => errors) / settled,
    ...(answered > 0 && {
      p99Ms: p99Of(parts),
    }),
    inFlight: sum(parts, ({inFlight}) => inFlight),
  }
}

/** The totals of all threads added up. */
export const mergedTotals = (parts: readonly LoadTotals[]): LoadTotals => ({
  due: sum(parts, ({due}) => due),
  sent: sum(parts, ({sent}) => sent),
  skipped: sum(parts, ({skipped}) => skipped),
  answered: sum(parts, ({answered}) => answered),
  failed: sum(parts, ({failed}) => failed),
})
