import type {LiveLoad, LoadSecond, LoadTotals} from '../engine.js'

/** What the worker thread is told. */
export type Command =
  /** Start at `startAtMs` (epoch), which is `startMonotonicMs` by the clock that all threads share. */
  {kind: 'run'; startAtMs: number; startMonotonicMs: number} | {kind: 'stop'; graceMs: number}

/** What the worker thread tells. */
export type Report =
  | {kind: 'ready'}
  | {kind: 'second'; second: LoadSecond}
  | {kind: 'live'; live: LiveLoad}
  | {kind: 'done'; totals: LoadTotals}

/** Milliseconds of the monotonic clock that all threads of a process share (`performance.now()` starts with each). */
export const sharedMonotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6
