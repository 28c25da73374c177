import {warnOfQuantile} from '../aggregations/aggregate.js'
import {inform, warn} from '../evaluate/context.js'
import {type Column, emptyColumn, isEmpty, put, valueAt} from '../evaluate/values.js'
import {keyWithout, without} from '../labels.js'
import {parseNumber} from '../syntax/literals.js'
import {type Bucket, bucketFraction, bucketQuantile} from './buckets.js'
import {type Functions, type Invocation, placeOf, scalarArgument, vectorArgument} from './function.js'

const bucketLabel: ReadonlySet<string> = new Set(['le'])
const bucketAndName: ReadonlySet<string> = new Set(['le', '__name__'])

interface Histogram {
  name: string
  result: Column
  buckets: {bound: number; column: Column}[]
}

/** Puts the `_bucket` series that differ in `le` only together, sorted by bound. */
const histogramsOf = (invocation: Invocation, index: number): Histogram[] => {
  const {context} = invocation
  const histograms = new Map<string, Histogram>()
  for (const column of vectorArgument(invocation, index).columns) {
    const {le = '', __name__: name = ''} = column.labels
    const bound = parseNumber(le)
    if (bound === undefined) {
      const message = `bucket label "le" is missing or has a malformed value of "${le}" for metric name "${name}"`
      warn(context, message, placeOf(invocation, index))
      continue
    }
    const key = keyWithout(column.labels, bucketLabel)
    const histogram = histograms.get(key) ?? {
      name,
      result: emptyColumn(without(column.labels, bucketAndName), context.grid.count),
      buckets: [],
    }
    histograms.set(key, histogram)
    histogram.buckets.push({bound, column})
  }
  for (const {buckets} of histograms.values()) buckets.sort((left, right) => left.bound - right.bound)
  return [...histograms.values()]
}

const eachHistogram = (
  invocation: Invocation,
  index: number,
  compute: (buckets: Bucket[], step: number, name: string) => number,
): Column[] =>
  histogramsOf(invocation, index).flatMap(({name, result, buckets}) => {
    for (let step = 0; step < invocation.context.grid.count; step++) {
      const present = buckets
        .filter(({column}) => column.present[step])
        .map(({bound, column}) => ({bound, count: valueAt(column.values, step)}))
      if (present.length > 0) put(result, step, compute(present, step, name))
    }
    return isEmpty(result) ? [] : [result]
  })

const quantiles = (invocation: Invocation): Column[] => {
  const {values} = scalarArgument(invocation, 0)
  for (const q of values) warnOfQuantile(q, invocation.context, placeOf(invocation, 0))
  return eachHistogram(invocation, 1, (buckets, step, name) => {
    const {value, fixed} = bucketQuantile(valueAt(values, step), buckets)
    if (fixed) {
      const message = `input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) for metric name "${name}"`
      inform(invocation.context, message, placeOf(invocation, 1))
    }
    return value
  })
}

const fractions = (invocation: Invocation): Column[] => {
  const lower = scalarArgument(invocation, 0).values
  const upper = scalarArgument(invocation, 1).values
  return eachHistogram(invocation, 2, (buckets, step) =>
    bucketFraction(valueAt(lower, step), valueAt(upper, step), buckets),
  )
}

/** On classic histograms: one series per bucket, with its upper bound in the label `le`. */
export const histogramFunctions = {
  histogram_quantile: {
    kind: 'whole',
    args: ['scalar', 'vector'],
    returns: 'vector',
    evaluate: (invocation) => ({type: 'vector', columns: quantiles(invocation)}),
  },
  histogram_fraction: {
    kind: 'whole',
    args: ['scalar', 'scalar', 'vector'],
    returns: 'vector',
    evaluate: (invocation) => ({type: 'vector', columns: fractions(invocation)}),
  },
} satisfies Functions
