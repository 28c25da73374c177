import type {Json} from '../system/json.js'
import type {KubernetesNode, Pod, WorkloadRef} from './kubernetes.js'
import type {PrometheusAt} from './prometheus-access.js'

/** The system under test, as data: read from a target file, or written by the reference deployment when it starts. */
export interface Target {
  name: string
  /** Base URLs that load is sent to, by name; the first is the default. */
  endpoints: Record<string, string>
  /** The control API of the proxies between services; absent when the target has none. */
  toxiproxy?: {
    url: string
    /** In a cluster, while it is open: where its proxies answer from here, by the port that they listen on there. */
    ways?: Record<string, string>
  }
  /** `caller->callee` → its proxies. */
  edges: Record<string, Edge>
  /** Things that can be killed. */
  workloads: Record<string, Workload>
  /** The cluster that it runs in: its workloads are pods there. */
  kubernetes?: KubernetesAt
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
  /** Names of its replicas; in a cluster those of its pods when they were looked at last. */
  replicas: string[]
  /** In a cluster: what its pods belong to. */
  object?: WorkloadRef
  /** In a cluster: its pods when they were looked at last. */
  pods?: Pod[]
}

/** Which namespace of which cluster. What is left out is as kubectl would have it. */
export interface KubernetesAt {
  /** Path of a kubeconfig (or several, as in KUBECONFIG); else KUBECONFIG, ~/.kube/config, or the account of the pod that we run in. */
  kubeconfig?: string
  context?: string
  namespace: string
  /** Address of the API server, once it was looked at: the context may point elsewhere when something is undone. */
  server?: string
  /** The nodes of the cluster when they were looked at last; absent when this account may not list them. */
  nodes?: KubernetesNode[]
  /** All pods of the namespace when they were looked at last. */
  pods?: Pod[]
  /** Services that we reach through the API server; their addresses in the target are filled in while it is open. */
  reach?: Reach[]
}

/** A way of our own to a service of the cluster. */
export interface Reach {
  /** Whose address it gives: `endpoints.NAME`, `toxiproxy`, `control` or `prometheus`. */
  address: string
  service: string
  port: number
  by: 'port-forward' | 'service-proxy'
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
