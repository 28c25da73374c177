import type {Plan} from '../plan/plan.js'

/** Makes the load. One file per engine; the file name is what the user types. */
export interface Engine {
  summary: string
  /** Checks what can be checked before anything is sent, and gets ready; throws UserError or EnvironmentError. */
  prepare(plan: Plan, options: EngineOptions): Promise<PreparedLoad>
}

export interface EngineOptions {
  signal: AbortSignal
  /** Told once a second, about one second late, in order. */
  onSecond: (second: LoadSecond) => void
}

export interface PreparedLoad {
  /** Sends the first request at `startAtMs` (epoch). Resolves when all of the plan was sent and answered or timed out. */
  run(startAtMs: number): Promise<LoadTotals>
  /** Sends nothing more, waits for what is in flight up to `graceMs`, then resolves `run`. Works twice. */
  stop(graceMs: number): Promise<void>
  /** Frees threads and sockets; safe at any time. */
  close(): Promise<void>
}

/** Why a request got no answer. */
export type FailureKind = 'timeout' | 'refused' | 'reset' | 'closed' | 'other'

/** One second of one request name. A request belongs to the second of its intended send time. */
export interface RequestSecond {
  /** Sends that were due. `due = sent + skipped`. */
  due: number
  sent: number
  /** Not sent because too many were in flight. */
  skipped: number
  /** Answers by status code. */
  answered: Record<string, number>
  failed: Partial<Record<FailureKind, number>>
  /** Latency in microseconds from the intended send time, of answered requests: HdrHistogram V2, compressed, base64. */
  histogram: string
}

/** What the load engine saw in one second, and how well it kept time. Reported when all its requests are settled. */
export interface LoadSecond {
  /** Epoch ms of the second's start (run start plus whole seconds). */
  startMs: number
  requests: Record<string, RequestSecond>
  health: EngineHealth
}

export interface EngineHealth {
  /** Milliseconds between intended and real send. */
  latenessMs: {p50: number; p99: number; max: number}
  /** Share of one core used by the engine in this second. */
  cpu: number
  inFlight: number
}

/** Sums over the run: `due = sent + skipped` and `sent = answered + failed`. */
export interface LoadTotals {
  due: number
  sent: number
  skipped: number
  answered: number
  failed: number
}
