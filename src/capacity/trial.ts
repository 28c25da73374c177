/** What a trial is for, in the order in which a search asks for them. */
export type Purpose =
  | 'warm-up'
  | 'rise'
  | 'probe'
  | 'descend'
  | 'bisect'
  | 'confirm'
  | 'recheck'
  /** After the search: what becomes of more load than the system can carry. */
  | 'overload'
  /** After an overload, or a trial that left the system slow: whether it comes back. */
  | 'recover'

/** A trial that a search asks for: constant load, of which the beginning is sent but not judged. */
export interface Ask {
  purpose: Purpose
  ratePerSecond: number
  settleMs: number
  measureMs: number
  /** Which time in a row this very trial is asked for, from 1. */
  attempt: number
}

/**
 * What a trial showed. `good`: every objective held and the load was delivered. `bad`: one did not. `generator`: the load
 * generator was the bottleneck. `unknown`: there was not enough data to say. The last two decide nothing.
 */
export type TrialOutcome = 'good' | 'bad' | 'generator' | 'unknown'

/** One trial as it went. */
export interface Trial extends Ask {
  outcome: TrialOutcome
  /** What was missed, or why it cannot be said: the name of an objective, `delivered`, `kept up` or a guard. */
  bound?: string
  /** A sentence about `bound`. */
  message?: string
  /** A limit that must not be passed (a guard) ended it: it is not tried again. */
  final?: boolean
  /** Epoch ms of the first request; absent in simulations. */
  startedMs?: number
  /** Seconds of load that it took, settling included, as milliseconds; and with everything around it. */
  loadMs: number
  tookMs: number
  seen?: TrialFigures
}

/** What was measured in a trial's window (after it had settled); rates per second, shares as fractions. */
export interface TrialFigures {
  offeredPerSecond: number
  /** Answers of any status. */
  answeredPerSecond: number
  /** Requests that were within all objectives that are shares: offered, less the largest share that was lost. */
  goodPerSecond: number
  /** Requests that were due and were not sent, or got no answer. */
  lostShare: number
  /** Answered with 5xx. */
  errorShare: number
  /** Of answered requests, from their intended send time. */
  latencyMs?: {p50: number; p99: number; max: number}
  inFlight: {start: number; end: number; max: number}
  objectives: ObjectiveSeen[]
  generator: {latenessP99Ms?: number; cpu?: number; machineCpu?: number}
  /** Mean of each resource over the window, see saturation.ts. */
  resources: Resource[]
  /** Scraped instances that were up at the end of the window, by job. */
  instances: Record<string, number>
  /** Requests due and answered well in each second of the window, when that is told. */
  seconds: {atMs: number; offered: number; answered: number; errors: number; lost: number}[]
}

/** One objective in one trial. `held` is missing where there was too little data. */
export interface ObjectiveSeen {
  name: string
  held?: boolean
  estimate?: number
  target: number
  unit: 'ratio' | 'ms' | 'value'
  message: string
}

/** How much of something was in use. */
export interface Resource {
  kind: 'cpu' | 'in-flight' | 'pool' | 'queue'
  /** `catalog` for the CPU of a job, else the series. */
  name: string
  /** Cores, requests, connections or entries: the mean over the window. */
  value: number
  /** How much there is, where that is known. */
  limit?: number
}
