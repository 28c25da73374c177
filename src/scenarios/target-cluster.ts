import {z} from 'zod'
import type {WorkloadRef} from './kubernetes.js'
import {isRecord, sentence, variantsOf} from './shapes.js'
import type {KubernetesAt, Reach, Workload} from './target.js'

/** Namespaces that hold the cluster itself together: nothing is ever broken there. */
export const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease']

const label = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
  error: 'expected a name as Kubernetes has them: small letters, digits and "-"',
})

const namespace = label.refine((name) => !systemNamespaces.includes(name), {
  error: (issue) => `nothing is ever broken in ${String(issue.input)}: it holds the cluster itself together`,
})

const ways = ['port-forward', 'service-proxy'] as const

/** How a service of the cluster is reached from here. */
export type ServiceAt = Omit<Reach, 'address'>

const port = z.int().min(1).max(65_535)

const serviceAddress = z
  .strictObject({
    service: label.describe('Name of a service in the namespace.'),
    port: port.describe('Its port.'),
    by: z
      .enum(ways)
      .default('port-forward')
      .describe('`port-forward` to one of its ready pods, or `service-proxy` of the API server (HTTP only).'),
  })
  .describe('A service of the cluster, reached through its API server.')

/** An address as it stands, or a service of the cluster by which it is reached. */
export type Address<T> = {at: T} | {by: ServiceAt}

/** What `plain` takes, or a service of the cluster. A plain union would answer a slip in one with the complaints of both. */
export const addressOr = <T extends z.ZodType>(plain: T) => {
  const schema = z.unknown().transform((value, context): Address<z.output<T>> => {
    const service = isRecord(value) && 'service' in value
    const result = (service ? serviceAddress : plain).safeParse(value, {error: sentence})
    for (const issue of result.error?.issues ?? []) context.addIssue({...issue})
    if (!result.success) return z.NEVER
    // Which of the two parsed it, `service` tells.
    return service ? {by: result.data as ServiceAt} : {at: result.data as z.output<T>}
  })
  variantsOf.set(schema._zod.def, [plain, serviceAddress])
  return schema
}

const kinds = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  replicaset: 'ReplicaSet',
} as const

const name = z
  .string()
  .regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/, {error: 'expected the name of an object in the namespace'})

const byKind = (key: keyof typeof kinds) =>
  z
    .strictObject({[key]: name.describe(`Name of a ${kinds[key]}.`)})
    .transform((value): Workload => ({replicas: [], object: {kind: kinds[key], name: value[key] ?? ''}}))

/** Workloads of a cluster, by the key that names them. */
export const clusterWorkloads = {
  deployment: byKind('deployment'),
  statefulset: byKind('statefulset'),
  daemonset: byKind('daemonset'),
  replicaset: byKind('replicaset'),
  selector: z
    .strictObject({
      selector: z.string().min(1).describe('Label selector of its pods, such as `app=catalog,tier!=cache`.'),
    })
    .transform(({selector}): Workload => ({replicas: [], object: {kind: 'selector', selector}})),
}

/** What the pods of a workload belong to, as the program writes it. */
export const workloadRef = z.union([
  z.strictObject({kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']), name}),
  z.strictObject({kind: z.literal('selector'), selector: z.string().min(1)}),
]) satisfies z.ZodType<WorkloadRef>

const reach = z.strictObject({
  address: z.string(),
  service: label,
  port,
  by: z.enum(ways),
}) satisfies z.ZodType<Reach>

/** `kubernetes:` of a target file. */
export const kubernetes = z
  .strictObject({
    context: z
      .string()
      .min(1)
      .exactOptional()
      .describe('Context of the kubeconfig; the current one by default.'),
    kubeconfig: z
      .string()
      .min(1)
      .exactOptional()
      .describe(
        'Path of a kubeconfig, from the target file; else KUBECONFIG, ~/.kube/config, or the own account of a pod.',
      ),
    namespace: namespace.describe('The namespace that the workloads and services are in.'),
    server: z.string().exactOptional().describe('Address of the API server, as the program found it.'),
    reach: z
      .array(reach)
      .exactOptional()
      .describe('Services that are reached through the API server, as the program writes them.'),
  })
  .transform((value): KubernetesAt => value)

/** Where a service answers inside its cluster: what its address is called while no way to it is open. */
export const addressInCluster = ({service, port: at}: ServiceAt, inNamespace: string): string =>
  `http://${service}.${inNamespace}.svc:${at}`
