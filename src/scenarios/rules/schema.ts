import {z} from 'zod'
import {byKey, isRecord} from '../shapes.js'
import {shown} from '../units.js'

const unitMs = {y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1}
const form = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/

/** A duration as Prometheus writes it (`5m`, `1d12h`), in ms; undefined when it is none. */
const parsePrometheusDuration = (text: string): number | undefined => {
  if (text === '0') return 0
  if (text === '' || !form.test(text)) return undefined
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    // The form lets no other unit through.
    (sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs],
    0,
  )
}

const duration = z.unknown().transform((value, context): number => {
  const parsed = typeof value === 'string' || value === 0 ? parsePrometheusDuration(String(value)) : undefined
  if (parsed !== undefined) return parsed
  context.addIssue({code: 'custom', message: `expected a duration such as 5m or 30s, got ${shown(value)}`})
  return z.NEVER
})

const positiveDuration = duration.refine((ms) => ms > 0, {error: 'expected a duration above zero'})

/** Numbers and truth values are text to Prometheus too. */
const texts = z
  .record(
    z.string().regex(/^(?!__name__$)[a-zA-Z_]\w*$/, {error: 'expected the name of a label'}),
    z.union([z.string(), z.number(), z.boolean()]).transform(String),
  )
  .default({})

const expr = z
  .union([z.string().min(1), z.number().transform(String)], {error: 'expected a PromQL expression'})
  .transform((text) => text.trimEnd())

const rule = byKey('a rule', {
  record: z
    .strictObject({
      record: z.string().regex(/^[a-zA-Z_:][\w:]*$/, {error: 'expected the name of a metric'}),
      expr,
      labels: texts,
    })
    .transform((value) => ({kind: 'record' as const, ...value})),
  alert: z
    .strictObject({
      alert: z.string().min(1),
      expr,
      for: duration.default(0),
      keep_firing_for: duration.default(0),
      labels: texts,
      annotations: z.record(z.string(), z.unknown()).nullish(),
    })
    .transform(({for: forMs, keep_firing_for: keepFiringMs, annotations: _, ...value}) => ({
      kind: 'alert' as const,
      ...value,
      forMs,
      keepFiringMs,
    })),
})

const group = z.strictObject({
  name: z.string().min(1),
  interval: positiveDuration.exactOptional(),
  limit: z.int().min(0).exactOptional(),
  labels: texts,
  rules: z.array(rule).default([]),
  query_offset: duration.exactOptional(),
  // Of Thanos: how a part of its stores that does not answer is taken.
  partial_response_strategy: z.string().exactOptional(),
})

const groups = z.strictObject({groups: z.array(group)})

/** What stands in the file under `groups`. */
export type WrittenGroup = z.output<typeof group>

const resource = z.strictObject({
  apiVersion: z.string(),
  kind: z.literal('PrometheusRule'),
  metadata: z.unknown().optional(),
  status: z.unknown().optional(),
  spec: groups,
})

/** A rule file, or the resource in which the operator of Kubernetes holds one; `at` is where its groups stand. */
export const groupsIn = (value: unknown) => {
  const wrapped = isRecord(value) && value['kind'] === 'PrometheusRule'
  return wrapped
    ? {schema: resource.transform(({spec}) => spec.groups), at: ['spec', 'groups']}
    : {schema: groups.transform((file) => file.groups), at: ['groups']}
}
