import type {Plan} from '../plan/plan.js'
import type {Json} from '../system/json.js'

/** Makes the load. One file per engine; the file name is what the user types. */
export interface Engine {
  summary: string
  /** `open` sends at the planned times; `closed` sends when an answer has come, so its rate is what the target allows. */
  loop: 'open' | 'closed'
  /** What it can do of all that a scenario may ask; a scenario that asks for more is refused before anything is sent. */
  can: readonly LoadFeature[]
  /** What must be there to use it, in words: a program and its version. Nothing when left out. */
  needs?: string
  /** Lines that stand under `load:` in a scenario: a load that it can make. */
  example?: string
  /** Throws UserError for what the plan alone tells that it cannot send; asked by the dry run, too. Touches nothing. */
  check?(plan: Plan): void
  /** Checks what else can be checked before anything is sent, and gets ready; throws UserError or EnvironmentError. */
  prepare(plan: Plan, options: EngineOptions): Promise<PreparedLoad>
}

/** What only some engines can do. */
export type LoadFeature =
  | 'requests'
  | 'flows'
  | 'streams'
  | 'poisson'
  | 'script'
  | 'breakpoint'
  | 'replay'
  | 'threads'
  | 'http2'
  | 'tls'
  | 'expect'
  | 'cluster'

export interface EngineOptions {
  signal: AbortSignal
  /** Told each second in order, as soon as all its requests are settled: at the latest one timeout after its end. */
  onSecond: (second: LoadSecond) => void
  /** Told at the end of each second, without waiting for requests in flight; for progress, not for the record. */
  onLive?: (live: LiveLoad) => void
  /** Told what is no error, but what a reader of the record must know. */
  onWarning?: (message: string) => void
  /** Of the run that the load is part of: marks what is made for it elsewhere. */
  runId?: string
  /**
   * Told before anything is made that would outlive us, as data; resolves when that is on disk, to what is to be called
   * once it is removed.
   */
  leaves?: (remains: Json) => Promise<() => Promise<void>>
}

/** The last second as seen at its end: what became due and what was settled in it, whenever it was sent. */
export interface LiveLoad {
  /** Epoch ms of the end of the second. */
  atMs: number
  offeredPerSecond: number
  /** Answers of any status. */
  achievedPerSecond: number
  /** Share of the settled requests that failed or were answered with 5xx; 0 when none was settled. */
  errorRatio: number
  /** Of answered requests, from the intended send time; absent when none was answered. */
  p99Ms?: number
  inFlight: number
}

export interface PreparedLoad {
  /**
   * Starts the plan at `startAtMs` (epoch), once. Resolves when all of it was sent and answered or timed out, or when
   * it was stopped; an aborted signal is a `stop(0)`. Rejects with EnvironmentError when the engine broke or was closed.
   */
  run(startAtMs: number): Promise<LoadTotals>
  /** Sends nothing more, waits for what is in flight up to `graceMs`, then resolves `run`. Works twice. */
  stop(graceMs: number): Promise<void>
  /** Frees threads and sockets; safe at any time. */
  close(): Promise<void>
}

/**
 * Why a request got no answer; `closed` is an end of stream before or inside the answer, `aborted` our own stop, `local`
 * that no socket was to be had on the machine that sends.
 */
export type FailureKind =
  | 'timeout'
  | 'refused'
  | 'reset'
  | 'closed'
  | 'dns'
  | 'tls'
  | 'local'
  | 'aborted'
  | 'other'

/** One second of one request name. A request belongs to the second of its intended send time. */
export interface RequestSecond {
  /** Sends that were due. `due = sent + skipped`. */
  due: number
  sent: number
  /** Not sent: too many were in flight, or its timeout was over before the generator came to it. */
  skipped: number
  /** Answers by status code. */
  answered: Record<string, number>
  failed: Partial<Record<FailureKind, number>>
  /** Latency in microseconds from the intended send time, of answered requests: HdrHistogram V2, compressed, base64. */
  histogram: string
  /** Of the answers, those with a status that the request does not expect; absent where there was none. */
  unexpected?: number
}

/** What the load engine saw in one second, and how well it kept time. Reported when all its requests are settled. */
export interface LoadSecond {
  /** Epoch ms of the second's start (run start plus whole seconds). */
  startMs: number
  requests: Record<string, RequestSecond>
  /** Arrivals of the plan that became due: differs from the sum of `due` where an arrival is a flow of several requests. */
  arrivals?: number
  /** What became of flows, by name; absent where the load has none. */
  flows?: Record<string, FlowSecond>
  health: EngineHealth
}

/** Flows of one name in one second. Those that still think or wait when the plan ends are in neither count of ends. */
export interface FlowSecond {
  /** Whose arrival was due in this second. */
  started: number
  /** Whose last step was answered in this second; after the end of the plan, in its last one. */
  completed: number
  /** Ended before their last step in this second, by the name of the step that ended them, and why. */
  broken: Record<string, Partial<Record<FlowBreak, number>>>
}

/**
 * Why a step ended its flow: it was skipped (too many in flight), got no answer, got a status that ends a flow, its
 * answer had no such value or was too large to look for one, or a value did not fit where the step puts it.
 */
export type FlowBreak = 'skipped' | 'failed' | 'status' | 'extract' | 'too-large' | 'value'

export interface EngineHealth {
  /** Milliseconds between intended and real send; absent where the engine cannot tell. */
  latenessMs?: {p50: number; p99: number; max: number}
  /** Share of one core used by the engine in this second: 2 is two cores; absent where the engine cannot tell. */
  cpu?: number
  /** Delay of the sending threads' event loops beyond their timers, the worst of them. */
  loopDelayMs?: {p99: number; max: number}
  /** Time in which garbage collection stood still, the worst thread. */
  gcMs?: number
  /** Resident memory of the sending threads' heaps together, in MB (10^6 bytes), their young generations included. */
  heapMb?: number
  /** Cores' worth of CPU time of the whole process that the engine is part of. */
  processCpu?: number
  /** Share (0 to 1) of all the machine's cores that anybody used: near 1, sender and target may want for CPU. */
  machineCpu?: number
  /** At the end of the second. */
  inFlight: number
}

/** Sums over the run: `due = sent + skipped` and `sent = answered + failed`. */
export interface LoadTotals {
  due: number
  sent: number
  skipped: number
  answered: number
  failed: number
  /** What became of the thresholds that the load's own script has; absent where it has none. */
  thresholds?: ThresholdResult[]
  /** A limit of the script's own ended the load before its plan did, as a guard would. */
  limit?: {name: string; message: string}
}

/** A threshold of a script, over the whole load with its warm-up. */
export interface ThresholdResult {
  /** With its tags, as the script names it: `http_req_duration{expected_response:true}`. */
  metric: string
  /** As written: `p(95)<500`. */
  expression: string
  /** What the engine says of it; absent where the load did not come to its end. */
  held?: boolean
  /** Whether there was anything to measure: k6 lets a threshold hold without. */
  sampled: boolean
  /** The left side of the expression; absent where nothing was measured. */
  value?: number
  comparator: '<' | '<=' | '>' | '>=' | '==' | '!='
  limit: number
  /** Of value and limit. */
  unit: 'ratio' | 'ms' | 'value'
  /** Of a share: how many of how many. */
  counts?: {hits: number; total: number}
}
