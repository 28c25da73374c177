import type {Plan} from '../../plan/plan.js'
import type {LoadSecond, LoadTotals} from '../engine.js'

/** Of so many threads that share a load, this one. */
export interface Share {
  index: number
  of: number
}

/** What a worker thread is given. */
export interface Task {
  plan: Plan
  share: Share
}

/** What a worker thread is told. */
export type Command =
  /** Start at `startAtMs` (epoch), which is `startMonotonicMs` by the clock that all threads share. */
  {kind: 'run'; startAtMs: number; startMonotonicMs: number} | {kind: 'stop'; graceMs: number}

/** What a worker thread tells. */
export type Report =
  | {kind: 'ready'}
  | {kind: 'second'; part: SecondPart}
  | {kind: 'live'; part: LivePart}
  | {kind: 'done'; totals: LoadTotals}

/** One thread's part of a second, with what it takes to add up lateness. */
export interface SecondPart {
  second: LoadSecond
  /** Microseconds: HdrHistogram V2, compressed, base64. */
  latenessHistogram: string
}

/** What one thread saw happen in the last second, in counts. */
export interface LivePart {
  /** Epoch ms of the end of the second. */
  atMs: number
  due: number
  /** Answered or failed; those with an answer; those that failed or were answered with 5xx. */
  settled: number
  answered: number
  errors: number
  inFlight: number
  /** Of answered requests; 0 where there was none. */
  p99Ms: number
  /** Of answered requests, microseconds: HdrHistogram V2, compressed, base64. */
  latencyHistogram: string
}

/** Milliseconds of the monotonic clock that all threads of a process share (`performance.now()` starts with each). */
export const sharedMonotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6
