import {z} from 'zod'
import {loadClusterDefaults as defaults} from '../load-cluster-defaults.js'
import type {LoadCluster} from '../scenario.js'
import {positiveDuration} from '../units.js'

const label = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {error: 'expected the name of an object of Kubernetes'})
const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, {error: 'expected a quantity such as 500m, 2 or 512Mi'})
const url = z.string().regex(/^https?:\/\//, {error: 'expected an http or https URL'})

const keys = z.strictObject({
  runners: z.int().min(1).max(1000).default(defaults.runners).describe('Pods that share the load.'),
  image: z
    .string()
    .min(1)
    .default(defaults.image)
    .describe('Image of the pods: k6 1.5 or later, with a shell and awk.'),
  'image-pull-policy': z
    .enum(['IfNotPresent', 'Always', 'Never'])
    .default(defaults.pullPolicy)
    .describe('When the nodes fetch it.'),
  namespace: label.exactOptional().describe("Where the pods run; the target's namespace by default."),
  context: z.string().min(1).exactOptional().describe("Context of the kubeconfig; the target's by default."),
  cpu: quantity.exactOptional().describe('CPU that each pod asks for (1).'),
  memory: quantity.exactOptional().describe('Memory of each pod; by default what its virtual users need.'),
  arguments: z.array(z.string()).default([]).describe('Further arguments of `k6 run`.'),
  'ready-within': positiveDuration
    .prefault('2m')
    .describe('The pods must be there and ready to start after this long.'),
  separate: z.boolean().default(false).describe('Each pod on a node of its own.'),
  'service-account': label.exactOptional().describe("Account of the pods; the namespace's default one."),
  'node-selector': z
    .record(z.string(), z.string())
    .default(defaults.nodeSelector)
    .describe('Labels of the nodes to run on.'),
  'remote-write': url
    .exactOptional()
    .describe('Prometheus that the pods write their metrics to, as they see it; for k6-operator.'),
})

/** Where and how a load is made in a cluster. */
export const cluster = keys
  .transform(
    ({
      'image-pull-policy': pullPolicy,
      'ready-within': readyWithinMs,
      'service-account': serviceAccount,
      'node-selector': nodeSelector,
      'remote-write': remoteWrite,
      arguments: args,
      ...rest
    }): LoadCluster => ({
      ...rest,
      pullPolicy,
      readyWithinMs,
      nodeSelector,
      args,
      ...(serviceAccount !== undefined && {serviceAccount}),
      ...(remoteWrite !== undefined && {remoteWrite}),
    }),
  )
  .exactOptional()
  .describe('How the load is made in a cluster: with `on: kubernetes`, and for k6-operator.')
