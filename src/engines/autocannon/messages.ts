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
  /** autocannon is not the one that this code knows how to count: nothing that it says can be trusted. */
  | {kind: 'uncountable'; reason: string}
