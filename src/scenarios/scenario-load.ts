import type {Json} from '../system/json.js'

/** What is offered to the target, and how. */
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
  /** Port of the loopback interface at which what the load sees is served as metrics; a flag of the run comes first. */
  metricsPort?: number
  /** How connections are made; the engine's defaults when left out. */
  connection?: ConnectionSpec
  /** Threads that send; 1 when left out. */
  threads?: number
  /** A script of the engine's own, in place of requests. */
  script?: ScriptSpec
  /** It is made by pods of a cluster; by this machine when left out. */
  on?: 'kubernetes'
  /** How, in a cluster; the defaults when left out. */
  cluster?: LoadCluster
  /** The files that data, bodies and a replay were read from; none when left out. */
  files?: LoadFile[]
  /** In a record: how long the lists were that it keeps the beginning of, `data.users` say. */
  cut?: Record<string, number>
}

/** How pods of a cluster make the load. */
export interface LoadCluster {
  /** Pods that share it. */
  runners: number
  image: string
  pullPolicy: 'IfNotPresent' | 'Always' | 'Never'
  /** The target's when left out, as is the context. */
  namespace?: string
  context?: string
  /** As Kubernetes writes quantities; made of the virtual users when left out. */
  cpu?: string
  memory?: string
  /** Further arguments of the engine. */
  args: string[]
  /** The pods must be ready after this long. */
  readyWithinMs: number
  /** Each on a node of its own. */
  separate: boolean
  serviceAccount?: string
  nodeSelector: Record<string, string>
  /** A Prometheus as the pods see it. */
  remoteWrite?: string
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
