import {z} from 'zod'
import {prometheusAt} from './prometheus-access.js'
import {prometheus} from './prometheus-schema.js'
import {anyJson, byKey, isRecord, sentence, variantsOf} from './shapes.js'
import type {Edge, MetricsSpec, Reach, ScrapeTarget, Target, Workload} from './target.js'
import {
  type Address,
  addressInCluster,
  addressOr,
  clusterWorkloads,
  kubernetes,
  workloadRef,
} from './target-cluster.js'
import {positiveDuration} from './units.js'

const url = z.url({protocol: /^https?$/, error: 'expected an address such as "http://localhost:9090"'})

/** `toxiproxy: http://…`, or as the program writes it: `toxiproxy: {url: http://…}`. */
const api = z.union([url, z.strictObject({url: url.describe('The address.')})], {
  error: 'expected an address such as "http://localhost:8474"',
})

const urlOf = (value: z.output<typeof api>): {url: string} =>
  typeof value === 'string' ? {url: value} : value

const probe = z
  .union(
    [
      z.enum(['tcp', 'postgres']),
      z.strictObject({http: z.string().regex(/^\//)}),
      z.strictObject({kind: z.enum(['tcp', 'postgres'])}),
      z.strictObject({kind: z.literal('http'), path: z.string().regex(/^\//)}),
    ],
    {error: 'expected a probe: tcp, postgres, or {http: /path}'},
  )
  .transform((value): Edge['probe'] => {
    if (typeof value === 'string') return {kind: value}
    return 'http' in value ? {kind: 'http', path: value.http} : value
  })

const howProbed = probe
  .prefault('tcp')
  .describe('How it is seen whether a fault bites: `tcp` (connects), `postgres`, or `{http: /path}`.')

const edge = byKey('an edge', {
  proxy: z
    .strictObject({proxy: z.string().min(1).describe('Name of its proxy in Toxiproxy.'), probe: howProbed})
    .transform(({proxy, probe}): Edge => ({proxies: [proxy], probe})),
  proxies: z
    .strictObject({
      proxies: z
        .array(z.string().min(1))
        .min(1)
        .describe('Names of its proxies: one per replica of the callee.'),
      probe: howProbed,
    })
    .transform((value): Edge => value),
})

const replicaNames = z.array(z.string().min(1))

const aList = replicaNames.min(1).transform((replicas): Workload => ({replicas}))

const named = byKey('a workload', {
  replicas: z
    .strictObject({
      replicas: replicaNames.describe('Names of its replicas.'),
      object: workloadRef.exactOptional(),
      pods: z.array(anyJson).exactOptional(),
    })
    .refine(({replicas, object}) => replicas.length > 0 || object, {error: 'needs at least one replica'})
    // Its pods are looked at anew.
    .transform(({replicas, object}): Workload => ({replicas, ...(object && {object})})),
  ...clusterWorkloads,
})

/** A list of names, or a mapping; each answers a slip in its own words. */
const workload = z.unknown().transform((value, context): Workload => {
  if (!Array.isArray(value) && !isRecord(value)) {
    context.addIssue('expected the names of its replicas: [catalog-1, catalog-2], or {deployment: catalog}')
    return z.NEVER
  }
  const result = (Array.isArray(value) ? aList : named).safeParse(value, {error: sentence})
  for (const issue of result.error?.issues ?? []) context.addIssue({...issue})
  return result.success ? result.data : z.NEVER
})
variantsOf.set(workload._zod.def, [aList, named])

const scrapeTarget = z
  .strictObject({
    url: url.describe('Address of the metrics page.'),
    labels: z
      .looseObject({job: z.string().describe('As in Prometheus.')})
      .catchall(z.string())
      .describe('At least `job`; `instance` is host and port by default.'),
  })
  .transform(
    ({url: address, labels}): ScrapeTarget => ({
      url: address,
      labels: {instance: new URL(address).host, ...labels},
    }),
  )

const scrapeTargets = z.array(scrapeTarget).min(1)

const metrics = byKey('metrics', {
  prometheus: z
    .strictObject({
      prometheus: addressOr(prometheus).describe(
        'Address of a Prometheus; or its `url` with how to get at it; or a service of the cluster.',
      ),
    })
    .transform(({prometheus}): Address<MetricsSpec> => prometheus),
  scrape: z
    .strictObject({
      scrape: z
        .strictObject({
          every: positiveDuration.prefault('500ms').describe('Time between two scrapes.'),
          targets: scrapeTargets.describe('What the embedded scraper reads.'),
        })
        .describe('Observed by the embedded scraper.'),
    })
    .transform(
      ({scrape: {every, targets}}): Address<MetricsSpec> => ({
        at: {kind: 'scrape', intervalMs: every, targets},
      }),
    ),
  kind: z
    .discriminatedUnion('kind', [
      z.strictObject({kind: z.literal('prometheus'), url}),
      z.strictObject({kind: z.literal('scrape'), intervalMs: z.number().positive(), targets: scrapeTargets}),
    ])
    .transform(
      (value): Address<MetricsSpec> => ({at: value.kind === 'prometheus' ? prometheusAt(value.url) : value}),
    ),
})

/** What a target file says, before the ways into the cluster are told from plain addresses. */
interface File {
  $schema?: string
  name: string
  endpoints: Record<string, Address<string>>
  toxiproxy?: Address<string | {url: string}>
  control?: Address<string | {url: string}>
  edges: Target['edges']
  workloads: Target['workloads']
  kubernetes?: Target['kubernetes']
  metrics: Address<MetricsSpec>
  data: Target['data']
}

/** Addresses in a cluster, by where they stand in the file and what they are called in `reach`. */
const waysOf = ({endpoints, toxiproxy, control, metrics}: File) => [
  ...Object.entries(endpoints).map(([name, one]) => ({
    path: ['endpoints', name],
    address: `endpoints.${name}`,
    one,
  })),
  {path: ['toxiproxy'], address: 'toxiproxy', one: toxiproxy},
  {path: ['control'], address: 'control', one: control},
  {path: ['metrics', 'prometheus'], address: 'prometheus', one: metrics},
]

const inClusterOnly = (file: File): string[][] => [
  ...waysOf(file).flatMap(({path, one}) => (one && 'by' in one ? [path] : [])),
  ...Object.entries(file.workloads).flatMap(([name, {object}]) => (object ? [['workloads', name]] : [])),
]

/** While no way to it is open, an address says where the service answers inside its cluster. */
const targetOf = (file: File): Target => {
  const {$schema: _, endpoints, toxiproxy, control, metrics, kubernetes: at, ...rest} = file
  const inside = at?.namespace ?? ''
  const reach = waysOf(file).flatMap(({address, one}): Reach[] =>
    one && 'by' in one ? [{address, ...one.by}] : [],
  )
  const plain = (one: Address<string | {url: string}>): {url: string} =>
    'by' in one ? {url: addressInCluster(one.by, inside)} : urlOf(one.at)
  return {
    ...rest,
    endpoints: Object.fromEntries(Object.entries(endpoints).map(([name, one]) => [name, plain(one).url])),
    metrics: 'by' in metrics ? prometheusAt(addressInCluster(metrics.by, inside)) : metrics.at,
    ...(toxiproxy && {toxiproxy: plain(toxiproxy)}),
    ...(control && {control: plain(control)}),
    ...(at && {kubernetes: reach.length > 0 ? {...at, reach} : at}),
  }
}

/** A target file as the user writes it, or as `status --json` prints it, on its way to a Target. */
export const targetSchema = z
  .strictObject({
    $schema: z.string().exactOptional().describe('Address of this schema, for editors.'),
    name: z.string().min(1).describe('Name of the target, for reports.'),
    endpoints: z
      .record(z.string(), addressOr(url))
      .refine((value) => Object.keys(value).length > 0, {error: 'needs at least one endpoint'})
      .describe('Base addresses that load is sent to; the first is the default.'),
    toxiproxy: addressOr(api)
      .exactOptional()
      .describe('Address of the Toxiproxy API; needed for faults on edges.'),
    edges: z
      .record(
        z.string().regex(/^[^\s>]+->[^\s>]+$/, {error: 'expected an edge such as "order->payment"'}),
        edge,
      )
      .default({})
      .describe('`caller->callee`: the proxies between them.'),
    workloads: z
      .record(z.string(), workload)
      .default({})
      .describe(
        'What can be killed: names of replicas by workload, or what its pods belong to in the cluster.',
      ),
    kubernetes: kubernetes.exactOptional().describe('The cluster that it runs in.'),
    control: addressOr(api)
      .exactOptional()
      .describe('Control API of the local supervisor; `shakedown up` writes it.'),
    metrics: metrics.describe('Where observations come from.'),
    data: z
      .record(z.string(), z.array(anyJson).min(1))
      .default({})
      .describe('Lists that `{{pick NAME}}` draws from.'),
  })
  .superRefine((file, context) => {
    if (file.kubernetes) return
    for (const path of inClusterOnly(file)) {
      context.addIssue({
        code: 'custom',
        path,
        message: 'is in a cluster: say which, "kubernetes: {namespace: …}"',
      })
    }
  })
  .transform(targetOf)
