import {z} from 'zod'
import {prometheusAt} from './prometheus-access.js'
import {prometheus} from './prometheus-schema.js'
import {anyJson, byKey} from './shapes.js'
import type {Edge, MetricsSpec, ScrapeTarget, Target} from './target.js'
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

const workload = z
  .union(
    [
      z.array(z.string().min(1)).min(1),
      z.strictObject({replicas: z.array(z.string().min(1)).min(1).describe('Names of its replicas.')}),
    ],
    {
      error: 'expected the names of its replicas: [catalog-1, catalog-2]',
    },
  )
  .transform((value) => (Array.isArray(value) ? {replicas: value} : value))

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
      prometheus: prometheus.describe('Address of a Prometheus; or its `url` with how to get at it.'),
    })
    .transform(({prometheus}): MetricsSpec => prometheus),
  scrape: z
    .strictObject({
      scrape: z
        .strictObject({
          every: positiveDuration.prefault('500ms').describe('Time between two scrapes.'),
          targets: scrapeTargets.describe('What the embedded scraper reads.'),
        })
        .describe('Observed by the embedded scraper.'),
    })
    .transform(({scrape: {every, targets}}): MetricsSpec => ({kind: 'scrape', intervalMs: every, targets})),
  kind: z
    .discriminatedUnion('kind', [
      z.strictObject({kind: z.literal('prometheus'), url}),
      z.strictObject({kind: z.literal('scrape'), intervalMs: z.number().positive(), targets: scrapeTargets}),
    ])
    .transform((value): MetricsSpec => (value.kind === 'prometheus' ? prometheusAt(value.url) : value)),
})

/** A target file as the user writes it, or as `status --json` prints it, on its way to a Target. */
export const targetSchema = z
  .strictObject({
    $schema: z.string().exactOptional().describe('Address of this schema, for editors.'),
    name: z.string().min(1).describe('Name of the target, for reports.'),
    endpoints: z
      .record(z.string(), url)
      .refine((value) => Object.keys(value).length > 0, {error: 'needs at least one endpoint'})
      .describe('Base addresses that load is sent to; the first is the default.'),
    toxiproxy: api.exactOptional().describe('Address of the Toxiproxy API; needed for faults on edges.'),
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
      .describe('What can be killed: names of replicas by workload.'),
    control: api.exactOptional().describe('Control API of the local supervisor; `shakedown up` writes it.'),
    metrics: metrics.describe('Where observations come from.'),
    data: z
      .record(z.string(), z.array(anyJson).min(1))
      .default({})
      .describe('Lists that `{{pick NAME}}` draws from.'),
  })
  .transform(
    ({$schema: _, toxiproxy, control, ...rest}): Target => ({
      ...rest,
      ...(toxiproxy === undefined ? {} : {toxiproxy: urlOf(toxiproxy)}),
      ...(control === undefined ? {} : {control: urlOf(control)}),
    }),
  )
