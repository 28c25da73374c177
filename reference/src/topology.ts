import type {DatabaseName, ServiceName, SwitchValue} from './contract.js'
import {switchDefaults} from './policies/switches.js'
import {switchesOf} from './service/config.js'

/** How many copies of each service run. */
export type ReplicaCounts = Readonly<Record<ServiceName, number>>

/** How many run unless others are asked for; the order is the one of a request's way in. */
export const replicaCounts = {
  edge: 1,
  gateway: 2,
  catalog: 2,
  order: 2,
  inventory: 2,
  payment: 1,
  psp: 1,
} as const satisfies ReplicaCounts

/** Which service calls which. Clients call the edge without a proxy between. */
export const calls: readonly {from: ServiceName; to: ServiceName}[] = [
  {from: 'edge', to: 'gateway'},
  {from: 'gateway', to: 'catalog'},
  {from: 'gateway', to: 'order'},
  {from: 'order', to: 'inventory'},
  {from: 'order', to: 'payment'},
  {from: 'payment', to: 'psp'},
]

/** Each service that keeps data has a database cluster of its own. */
export const databases: Partial<Record<ServiceName, DatabaseName>> = {
  catalog: 'catalog-db',
  order: 'order-db',
  inventory: 'inventory-db',
  payment: 'payment-db',
}

/** The structure of `Target` in the CLI, which this package must not import. */
export interface TargetDescription {
  name: string
  endpoints: Record<string, string>
  toxiproxy?: {url: string}
  edges: Record<string, {proxies: string[]; probe: {kind: 'http'; path: string} | {kind: 'postgres'}}>
  workloads: Record<string, {replicas: string[]}>
  control?: {url: string}
  metrics: {
    kind: 'scrape'
    intervalMs: number
    targets: {url: string; labels: Record<string, string>}[]
  }
  data: Record<string, string[]>
}

/** A proxy between the replicas of a service and one replica, or the database, that they call. */
export interface ProxyPlan {
  /** `gateway-to-catalog-1`; without a number when the callee has one replica. */
  name: string
  from: ServiceName
  to: ServiceName | DatabaseName
  /** The process that it leads to: `catalog-1`, `order-db`. */
  upstream: string
}

// A record whose keys are all named has no others.
export const serviceNames = Object.keys(replicaCounts) as ServiceName[]
export const databaseNames = Object.values(databases)

/** `catalog` → `catalog-1`, `catalog-2`. */
export const replicasOf = (service: ServiceName, counts: ReplicaCounts = replicaCounts): string[] =>
  Array.from({length: counts[service]}, (_, index) => `${service}-${index + 1}`)

/** Every replica of the deployment. */
export const allReplicas = (counts: ReplicaCounts): string[] =>
  serviceNames.flatMap((service) => replicasOf(service, counts))

const proxiesOfCall = (
  {from, to}: {from: ServiceName; to: ServiceName},
  counts: ReplicaCounts,
): ProxyPlan[] => {
  const replicas = replicasOf(to, counts)
  return replicas.map((upstream) => ({
    name: `${from}-to-${replicas.length > 1 ? upstream : to}`,
    from,
    to,
    upstream,
  }))
}

const databaseProxies: ProxyPlan[] = serviceNames.flatMap((from) => {
  const to = databases[from]
  return to ? [{name: `${from}-to-${to}`, from, to, upstream: to}] : []
})

/** Every proxy of the deployment; all replicas of a caller share one. */
export const proxyPlansFor = (counts: ReplicaCounts): ProxyPlan[] => [
  ...calls.flatMap((call) => proxiesOfCall(call, counts)),
  ...databaseProxies,
]

const describeEdges = (counts: ReplicaCounts): TargetDescription['edges'] => {
  const edges: TargetDescription['edges'] = {}
  for (const {from, to, name} of proxyPlansFor(counts)) {
    const isDatabase = databaseProxies.some((plan) => plan.name === name)
    const edge = edges[`${from}->${to}`]
    if (edge) edge.proxies.push(name)
    else
      edges[`${from}->${to}`] = {
        proxies: [name],
        probe: isDatabase ? {kind: 'postgres'} : {kind: 'http', path: '/livez'},
      }
  }
  return edges
}

/** The stock-keeping units that every deployment has in its catalogue: `sku-001` … `sku-050`. */
export const skus: readonly string[] = Array.from(
  {length: 50},
  (_, index) => `sku-${String(index + 1).padStart(3, '0')}`,
)

/** The deployment as a target, given the base URL of each process (`proxy-server` and `control` among them). */
export const describeTarget = (
  urlOf: (process: string) => string,
  counts: ReplicaCounts = replicaCounts,
): TargetDescription => ({
  name: 'reference',
  endpoints: {edge: urlOf('edge-1')},
  toxiproxy: {url: urlOf('proxy-server')},
  edges: describeEdges(counts),
  workloads: Object.fromEntries(serviceNames.map((name) => [name, {replicas: replicasOf(name, counts)}])),
  control: {url: urlOf('control')},
  metrics: {
    kind: 'scrape',
    intervalMs: 500,
    targets: serviceNames.flatMap((job) =>
      replicasOf(job, counts).map((instance) => ({
        url: `${urlOf(instance)}/metrics`,
        labels: {job, instance},
      })),
    ),
  },
  data: {skus: [...skus]},
})

/** The deployment as a target before it is started, for a dry run: all there but the ports, which are 0. */
export const describeTopology = (counts: ReplicaCounts = replicaCounts): TargetDescription =>
  describeTarget(() => 'http://127.0.0.1:0', counts)

/** Every protection switch by its dotted name (`order.breaker`), with its default: what a scenario may set. */
export const describeSwitches = (): Record<string, SwitchValue> =>
  Object.fromEntries(
    Object.entries(switchesOf).flatMap(([service, names]) =>
      names.map((name) => [`${service}.${name}`, switchDefaults[name]]),
    ),
  )
