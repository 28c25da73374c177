import * as z from 'zod'

/*
 * What the CRD of the k6-operator (k6.io/v1alpha1, TestRun) says of the fields that we write: a key that it does not
 * know would be dropped by the API server without a word.
 */

const dnsLabel = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)

const metadata = z.strictObject({
  labels: z.record(z.string(), z.string().max(63)).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
})

/** Kubernetes takes no number for the value of a variable. */
const env = z.array(z.strictObject({name: z.string(), value: z.string()}))

const quantities = z.strictObject({cpu: z.string().optional(), memory: z.string().optional()})

const pod = z.strictObject({
  disabled: z.boolean().optional(),
  env: env.optional(),
  image: z.string().optional(),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  serviceAccountName: dnsLabel.optional(),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  metadata: metadata.optional(),
  resources: z.strictObject({requests: quantities.optional(), limits: quantities.optional()}).optional(),
})

const objectMeta = z.strictObject({
  name: dnsLabel,
  namespace: dnsLabel.optional(),
  labels: z.record(z.string(), z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/)),
})

export const testRunSchema = z.strictObject({
  apiVersion: z.literal('k6.io/v1alpha1'),
  kind: z.literal('TestRun'),
  metadata: objectMeta,
  spec: z.strictObject({
    script: z.union([
      z.strictObject({configMap: z.strictObject({name: dnsLabel, file: z.string()})}),
      z.strictObject({
        volumeClaim: z.strictObject({name: dnsLabel, file: z.string(), readOnly: z.boolean().optional()}),
      }),
    ]),
    parallelism: z.int().min(1),
    separate: z.boolean().optional(),
    arguments: z.string().optional(),
    initializer: pod.optional(),
    runner: pod.omit({disabled: true}).optional(),
    // Text, not truth values.
    quiet: z.enum(['true', 'false']).optional(),
    paused: z.enum(['true', 'false']).optional(),
    cleanup: z.literal('post').optional(),
  }),
})

export const configMapSchema = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ConfigMap'),
  metadata: objectMeta,
  data: z.record(z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/), z.string()),
})
