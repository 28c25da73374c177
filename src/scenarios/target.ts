import type {Json} from '../system/json.js'
import type {PrometheusAt} from './prometheus-access.js'

/** The system under test, as data: read from a target file, or written by the reference deployment when it starts. */
export interface Target {
  name: string
  /** Base URLs that load is sent to, by name; the first is the default. */
  endpoints: Record<string, string>
  /** The control API of the proxies between services; absent when the target has none. */
  toxiproxy?: {url: string}
  /** `caller->callee` → its proxies. */
  edges: Record<string, Edge>
  /** Things that can be killed. */
  workloads: Record<string, Workload>
  /** Control API of the local supervisor: replicas with their process ids, switches. */
  control?: {url: string}
  metrics: MetricsSpec
  /** Lists for `{{pick NAME}}`. */
  data: Record<string, Json[]>
}

export interface Edge {
  /** Names of its proxies in the control API: one per replica of the callee. */
  proxies: string[]
  /** How a probe talks through it: an HTTP GET, a PostgreSQL SSLRequest, or a plain connect. */
  probe: {kind: 'http'; path: string} | {kind: 'postgres'} | {kind: 'tcp'}
}

export interface Workload {
  replicas: string[]
}

/** Where observations come from: a Prometheus by URL, or targets that our own scraper reads. */
export type MetricsSpec =
  /** `url` is fit to print. */
  PrometheusAt | {kind: 'scrape'; intervalMs: number; targets: ScrapeTarget[]}

export interface ScrapeTarget {
  url: string
  /** At least `job` and `instance`. */
  labels: Record<string, string>
}
