import {z} from 'zod'

const metadata = z.looseObject({
  name: z.string().min(1),
  displayName: z.string().exactOptional(),
})

const metric = z.strictObject({
  metricSource: z.strictObject({
    type: z.string().exactOptional(),
    metricSourceRef: z.string().exactOptional(),
    // Each source has keys of its own; of Prometheus only the query is read.
    spec: z.looseObject({query: z.string().min(1).exactOptional()}),
  }),
})

const indicatorSpec = z.strictObject({
  description: z.string().exactOptional(),
  thresholdMetric: metric.exactOptional(),
  ratioMetric: z
    .strictObject({
      counter: z.boolean().exactOptional(),
      good: metric.exactOptional(),
      bad: metric.exactOptional(),
      total: metric.exactOptional(),
      rawType: z.enum(['success', 'failure']).exactOptional(),
      raw: metric.exactOptional(),
    })
    .exactOptional(),
})

const objective = z.strictObject({
  displayName: z.string().exactOptional(),
  op: z.enum(['lt', 'lte', 'gt', 'gte']).exactOptional(),
  value: z.number().exactOptional(),
  target: z.number().gt(0).max(1).exactOptional(),
  targetPercent: z.number().gt(0).max(100).exactOptional(),
  timeSliceTarget: z.number().exactOptional(),
  timeSliceWindow: z.union([z.number(), z.string()]).exactOptional(),
  // Of composite objectives.
  indicator: z.unknown().optional(),
  indicatorRef: z.string().exactOptional(),
  compositeWeight: z.number().exactOptional(),
})

const header = {apiVersion: z.string(), metadata}

/** The kinds that are read; `spec` of the others is left as it is. */
export const objectSchemas = {
  SLO: z.strictObject({
    ...header,
    kind: z.literal('SLO'),
    spec: z.strictObject({
      description: z.string().exactOptional(),
      service: z.string().exactOptional(),
      indicator: z.strictObject({metadata: z.unknown().optional(), spec: indicatorSpec}).exactOptional(),
      indicatorRef: z.string().exactOptional(),
      timeWindow: z.array(z.looseObject({duration: z.string().exactOptional()})).exactOptional(),
      budgetingMethod: z.enum(['Occurrences', 'Timeslices', 'RatioTimeslices']).exactOptional(),
      objectives: z.array(objective).min(1),
      alertPolicies: z.array(z.unknown()).exactOptional(),
    }),
  }),
  SLI: z.strictObject({...header, kind: z.literal('SLI'), spec: indicatorSpec}),
  DataSource: z.looseObject({
    ...header,
    kind: z.literal('DataSource'),
    spec: z.looseObject({type: z.string()}),
  }),
} as const

/** Kinds that say nothing about what is measured; those that would do something else are told. */
export const otherKinds: Record<string, string | undefined> = {
  Service: undefined,
  AlertPolicy: 'not used: alerts are taken from Prometheus rule files, by "rules" and "alert"',
  AlertCondition: 'not used: alerts are taken from Prometheus rule files, by "rules" and "alert"',
  AlertNotificationTarget: 'not used: nobody is notified',
}

export type Slo = z.output<typeof objectSchemas.SLO>
export type Objective = z.output<typeof objective>
export type IndicatorSpec = z.output<typeof indicatorSpec>
export type Metric = z.output<typeof metric>
