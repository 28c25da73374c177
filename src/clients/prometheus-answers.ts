import {z} from 'zod'

/** Labels of a series, `__name__` among them. */
type Labels = Record<string, string>

/** What a query's answer is, with times in epoch ms. */
type PrometheusValue =
  | {type: 'scalar'; value: number}
  | {type: 'string'; value: string}
  | {type: 'vector'; samples: {labels: Labels; value: number; tMs: number}[]}
  | {type: 'matrix'; series: {labels: Labels; t: number[]; v: number[]}[]}

/** A native histogram as it was at some times: counts of its buckets so far, each with its bounds. */
export interface HistogramSeries {
  labels: Labels
  points: {tMs: number; buckets: {low: number; high: number; count: number}[]}[]
}

export interface PrometheusAnswer {
  value: PrometheusValue
  /** Native histograms in a matrix; absent where there is none. */
  histograms?: HistogramSeries[]
  warnings: string[]
  infos: string[]
}

const special = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
])
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Values travel as text, because JSON has no NaN and no infinities. */
const value = z.string().transform((text, context) => {
  const number = decimal.test(text) ? Number(text) : special.get(text)
  if (number === undefined) context.addIssue(`not a number: ${text}`)
  return number ?? Number.NaN
})
const timeMs = z.number().transform((seconds) => Math.round(seconds * 1000))
const point = z.tuple([timeMs, value])
/** Rule of its bounds, the bounds, the count. */
const bucket = z.tuple([z.number(), value, value, value])
const histogramPoint = z.tuple([timeMs, z.object({buckets: z.array(bucket).default([])})])

const isLabels = (found: unknown): boolean =>
  typeof found === 'object' &&
  found !== null &&
  !Array.isArray(found) &&
  Object.values(found).every((text) => typeof text === 'string')
/** Not a record of the library: that leaves out a label named `__proto__`, and makes one series of two. */
const metric = z.custom<Labels>(isLabels, 'expected labels, a text each')

const result = z.discriminatedUnion('resultType', [
  z.object({resultType: z.literal('scalar'), result: point}),
  z.object({resultType: z.literal('string'), result: z.tuple([timeMs, z.string()])}),
  z.object({
    resultType: z.literal('vector'),
    // A native histogram has `histogram` in place of `value`.
    result: z.array(z.object({metric, value: point.optional()})),
  }),
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({
        metric,
        values: z.array(point).optional(),
        histograms: z.array(histogramPoint).optional(),
      }),
    ),
  }),
])

/** The body of an answered query, as `/api/v1/query` documents it. */
export const answered = z.object({
  status: z.literal('success'),
  data: result,
  warnings: z.array(z.string()).default([]),
  infos: z.array(z.string()).default([]),
})

/** The body of a refused request. */
export const refused = z.object({status: z.literal('error'), errorType: z.string(), error: z.string()})

/** Mimir names itself; Prometheus, Thanos and VictoriaMetrics do not. */
export const buildInfo = z.object({
  status: z.literal('success'),
  data: z.object({version: z.string(), application: z.string().optional()}),
})

export const serverConfig = z.object({status: z.literal('success'), data: z.object({yaml: z.string()})})

const skippedHistograms =
  'native histograms were left out: only plain samples and classic histograms are read'

const readValue = (data: z.infer<typeof result>): {value: PrometheusValue; complete: boolean} => {
  switch (data.resultType) {
    case 'scalar':
      return {value: {type: 'scalar', value: data.result[1]}, complete: true}
    case 'string':
      return {value: {type: 'string', value: data.result[1]}, complete: true}
    case 'vector': {
      const samples = data.result.flatMap(({metric: labels, value: found}) =>
        found ? [{labels, tMs: found[0], value: found[1]}] : [],
      )
      return {value: {type: 'vector', samples}, complete: samples.length === data.result.length}
    }
    case 'matrix': {
      const series = data.result.flatMap(({metric: labels, values}) =>
        values ? [{labels, t: values.map(([t]) => t), v: values.map(([, v]) => v)}] : [],
      )
      return {value: {type: 'matrix', series}, complete: series.length === data.result.length}
    }
  }
}

const histogramsIn = (data: z.infer<typeof result>): HistogramSeries[] =>
  data.resultType !== 'matrix'
    ? []
    : data.result.flatMap(({metric: labels, histograms}) =>
        histograms === undefined
          ? []
          : [
              {
                labels,
                points: histograms.map(([tMs, {buckets}]) => ({
                  tMs,
                  buckets: buckets.map(([_rule, low, high, count]) => ({low, high, count})),
                })),
              },
            ],
      )

/** An answered query in our own words. */
export const answerOf = ({data, warnings, infos}: z.infer<typeof answered>): PrometheusAnswer => {
  const {value: found, complete} = readValue(data)
  const histograms = histogramsIn(data)
  return {
    value: found,
    ...(histograms.length > 0 && {histograms}),
    warnings: complete ? warnings : [...warnings, skippedHistograms],
    infos,
  }
}
