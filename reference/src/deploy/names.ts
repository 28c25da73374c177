import type {DatabaseName, ServiceName} from '../contract.js'
import {calls, databases, serviceNames} from '../topology.js'

/** Where every service listens in its pod. */
export const servicePort = 8080
export const controlPort = 8500
export const databasePort = 5432
export const prometheusPort = 9090
export const toxiproxyPort = 8474

const firstProxyPort = 20_001

/** A proxy between a caller and the Service of what it calls: the cluster balances behind it. */
export interface ClusterProxy {
  /** `gateway-to-catalog`. */
  name: string
  from: ServiceName
  to: ServiceName | DatabaseName
  /** Where Toxiproxy listens for it. */
  port: number
  isDatabase: boolean
}

const pairs = [
  ...calls.map(({from, to}) => ({from, to, isDatabase: false})),
  ...serviceNames.flatMap((from) => {
    const to = databases[from]
    return to ? [{from, to, isDatabase: true}] : []
  }),
]

/** Every proxy of the deployment in a cluster. */
export const clusterProxies: readonly ClusterProxy[] = pairs.map((pair, index) => ({
  ...pair,
  name: `${pair.from}-to-${pair.to}`,
  port: firstProxyPort + index,
}))

/** What a part is to the others, as its label says. */
export type Component = 'service' | 'database' | 'proxy' | 'metrics' | 'control'

/** An object of the API, as it is written down. */
export type Manifest = {
  apiVersion: string
  kind: string
  metadata: {name: string; labels?: Record<string, string>; [key: string]: unknown}
  [key: string]: unknown
}

/** On everything that we make. */
export const commonLabels = {
  'app.kubernetes.io/part-of': 'shakedown-reference',
  'app.kubernetes.io/managed-by': 'shakedown',
}

/** On everything that belongs to one part. */
export const labelsOf = (name: string, component: Component): Record<string, string> => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/component': component,
  ...commonLabels,
})

/** What tells the pods of one part from all others. */
export const selectorOf = (name: string): {matchLabels: Record<string, string>} => ({
  matchLabels: {'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'shakedown-reference'},
})
