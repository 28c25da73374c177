import type {Json} from '../system/json.js'
import type {RuleGroup} from './rules/rule.js'

/** The windows that objectives are judged in, in order. */
export const phaseNames = ['baseline', 'fault', 'recovery'] as const
export type PhaseName = (typeof phaseNames)[number]

/** Protection switches of the target, by dotted name: `order.breaker: off`. */
export type Switches = Record<string, string | number | boolean>

/** A scenario as parsed: defaults filled in, durations in milliseconds, rates per second, percentages as fractions. */
export interface Scenario {
  name: string
  summary: string
  /** Rows of the resiliency matrix. */
  proves: string[]
  /** `reference`, or the path of a target file (relative to the scenario's folder). */
  target: string
  load: Load
  phases: Phases
  faults: FaultRequest[]
  objectives: Objective[]
  guards: Guard[]
  /** Recording rules and alerts of the files that it names; none when left out. */
  rules?: RuleGroup[]
  /** Set before the warm-up, put back after the run. */
  switches: Switches
  counterfactual?: Counterfactual
}

export interface Phases {
  /** Load that is sent and recorded, but judged by nobody: connections, JIT, caches. */
  warmUpMs: number
  baselineMs: number
  faultMs: number
  recoveryMs: number
}

export interface Load {
  /** Name of the engine. */
  engine: string
  /** What is offered, side by side. One alone is called `load` unless it has a name. */
  streams: LoadStream[]
  /** Lists that `{{pick NAME}}` and `{{next NAME}}` draw from; come before the target's own. Files are read already. */
  data: Record<string, Json[]>
  /** A request is a timeout after this long, counted from its intended send time. */
  timeoutMs: number
  /** More than this many requests in flight: the send is skipped, and counted as skipped. */
  maxInFlight: number
  /** How connections are made; the engine's defaults when left out. */
  connection?: ConnectionSpec
  /** Threads that send; 1 when left out. */
  threads?: number
  /** A script of the engine's own, in place of requests. */
  script?: ScriptSpec
  /** The files that data, bodies and a replay were read from; none when left out. */
  files?: LoadFile[]
  /** In a record: how long the lists were that it keeps the beginning of, `data.users` say. */
  cut?: Record<string, number>
}

/** A file as it was when the scenario was loaded: its contents stand where the scenario names it. */
export interface LoadFile {
  /** As written in the scenario. */
  path: string
  /** Of its bytes, hexadecimal. */
  sha256: string
  bytes: number
}

/** Arrivals at a rate, each of which draws one of the requests and flows by weight. */
export interface LoadStream {
  name: string
  profile: Profile
  /** Gaps are drawn from an exponential distribution (a Poisson process) in place of even ones. */
  poisson?: true
  requests: RequestSpec[]
  /** Several steps one after another, as one user takes them. */
  flows?: FlowSpec[]
  /** What a log says was sent, each request at its own time; then there are no other requests in this stream. */
  replay?: Replay
}

/** Requests of the past, sent again. */
export interface Replay {
  /** As written in the scenario. */
  path: string
  /** How many times faster than they came. */
  speed: number
  /** Name of an endpoint of the target; the target's first when left out. */
  endpoint?: string
  /** In the order of their times. */
  entries: ReplayEntry[]
}

/** One request of a log. */
export interface ReplayEntry {
  /** From the start of the run, the speed taken into account. */
  atMs: number
  /** What it is counted under: method and path, ids left out. */
  name: string
  method: string
  /** Path and query, sent as they are. */
  path: string
  headers?: Record<string, string>
  body?: Json
}

/** Offered load over the whole run, in requests (or flows) per second. */
export type Profile =
  | {kind: 'constant'; ratePerSecond: number}
  | {kind: 'ramp'; fromPerSecond: number; toPerSecond: number; durationMs?: number}
  | {kind: 'steps'; steps: {ratePerSecond: number; durationMs: number}[]}
  | {kind: 'spike'; basePerSecond: number; peakPerSecond: number; atMs: number; durationMs: number}
  /** A rise at the beginning, then the same rate for long. */
  | {kind: 'soak'; ratePerSecond: number; rampMs: number}
  /** Rises until an objective's limit is passed, where the load ends by itself. */
  | {kind: 'breakpoint'; fromPerSecond: number; toPerSecond: number; durationMs?: number}
  /** What a log says: requests in each second of the run, from its start. */
  | {kind: 'replay'; perSecond: number[]; speed: number}
  /** As much as so many connections carry: closed loop, for engines that can do no other. */
  | {kind: 'connections'; connections: number; pipelining: number}

/** How connections to the endpoints are made. */
export interface ConnectionSpec {
  /** Major version of HTTP; 1 when left out. */
  http?: 1 | 2
  /** Contents (PEM) of files, read when the scenario was loaded; `keyPath` stays a path, so that no key is recorded. */
  tls?: {caPem?: string; certPem?: string; keyPath?: string; serverName?: string; insecure?: true}
}

/** A script as found when the scenario was loaded. */
export interface ScriptSpec {
  /** Absolute. */
  path: string
  /** SHA-256 of its text, hexadecimal. */
  sha256: string
  /** Passed on as the engine passes on such things: k6's `__ENV`. */
  env: Record<string, string>
}

export interface RequestSpec {
  name: string
  weight: number
  method: string
  /** Path with templates, resolved against the endpoint. */
  path: string
  /** Name of an endpoint of the target; the target's first when left out. */
  endpoint?: string
  headers: Record<string, string>
  /** Text as it is, or JSON; both with templates inside strings. A file's text stands here already. */
  body?: Json
  /** In place of `body`: a file that is no text, sent byte for byte. */
  bodyBase64?: string
  timeoutMs?: number
  /** Statuses that are a right answer; each is a number or a class such as `2xx`. Others count as unexpected. */
  expect?: (number | '1xx' | '2xx' | '3xx' | '4xx' | '5xx')[]
  /** Further labels of its metrics (`shakedown_load_*`). */
  tags?: Record<string, string>
}

/** Steps of one user: each begins when the one before it is answered. One that fails ends the flow. */
export interface FlowSpec {
  name: string
  weight: number
  steps: FlowStep[]
  /** Each flow has a cookie jar of its own: what `set-cookie` says is sent with its later steps. */
  cookies?: true
}

export type FlowStep =
  | {kind: 'think'; minMs: number; maxMs: number}
  | {kind: 'request'; request: RequestSpec; extract: Record<string, Extract>}

/** Where a value for later steps (`{{NAME}}`) comes from: a JSON pointer (RFC 6901) into the body, or a header. */
export type Extract = {json: string} | {header: string}

/** One fault as asked for: its name, its options as parsed by the fault's own schema, and when. */
export interface FaultRequest {
  fault: string
  options: Json
  /** Offset into the fault phase. */
  atMs: number
  /** Until the end of the fault phase when left out. */
  forMs?: number
  /** How its strength changes over time; constant when left out. */
  envelope?: Envelope
  /** Where in the file it stands (JSON path, for messages). */
  path: string
}

/** The strength of a fault over the time that it lasts, from 0 (no effect) to 1 (what its options ask for). */
export type Envelope =
  /** Rises over `upMs`, holds, and falls over `downMs` at the end; either may be 0. */
  | {kind: 'ramp'; upMs: number; downMs: number}
  /** Full strength for `onMs` of every `everyMs`, beginning at once; no effect in between. */
  | {kind: 'pulse'; everyMs: number; onMs: number}
  /** A cosine between `low` and 1, beginning and ending a period at `low`. */
  | {kind: 'oscillate'; periodMs: number; low: number}

/** What must hold. `during` is never empty. */
export type Objective =
  | RatioObjective
  | LatencyObjective
  | QueryObjective
  | RecoveryObjective
  | AlertObjective

interface ObjectiveBase {
  name: string
  during: PhaseName[]
  /** Confidence of the interval, as a fraction. */
  confidence: number
  /** Fewer events than this are inconclusive, whatever they say. */
  minSamples: number
  /**
   * What no data comes to; inconclusive when left out. `zero` is for bad events alone: a selector of them that matches
   * nothing counts none, though the record knows no such label. Nothing that was not measured can be made a pass.
   */
  onNoData?: 'fail' | 'zero'
}

/** A share of good events. Selectors are PromQL vector selectors of counters. */
export interface RatioObjective extends ObjectiveBase {
  kind: 'ratio'
  good?: string
  bad?: string
  total: string
  /** Smallest share of good events, as a fraction. */
  target: number
}

/** A share of requests below a bound, read from the classic histogram `latency` at an exact bucket boundary. */
export interface LatencyObjective extends ObjectiveBase {
  kind: 'latency'
  /** Selector of the histogram without `_bucket`. */
  latency: string
  belowMs: number
  /** Smallest share of requests below the bound, as a fraction. */
  target: number
}

export type Comparator = '<' | '<=' | '>' | '>=' | '==' | '!='

/** A PromQL expression compared with a number at the end of the phase; `$phase` in it is the phase's length. */
export interface QueryObjective extends ObjectiveBase {
  kind: 'query'
  query: string
  expect: {comparator: Comparator; value: number}
  /** Where the answer may have several series: all of them must hold, any of them, or the worst is shown. */
  series?: 'worst' | 'any' | 'all'
}

/** Time from the end of the last fault until another objective's SLI meets its target again and keeps to it. */
export interface RecoveryObjective extends ObjectiveBase {
  kind: 'recovery'
  /** Name of a ratio or latency objective. */
  recovers: string
  withinMs: number
}

/** An alert of the scenario's rules that must not fire. */
export interface AlertObjective extends ObjectiveBase {
  kind: 'alert'
  /** Its name; several rules may share it. */
  alert: string
}

/** Stops the experiment when the expression is above (or below) the limit for a time. */
export interface Guard {
  name: string
  /** The alert that it watches; `stopWhen` then asks whether that fires. */
  alert?: string
  stopWhen: string
  above?: number
  below?: number
  forMs: number
}

/** With these switches the scenario must fail, and in these objectives. */
export interface Counterfactual {
  switches: Switches
  mustFail: string[]
}
