// The samples that all sides are given: the same each time, so that every process can make them for itself.

/** A generator of numbers in [0, 1) that starts the same each time (mulberry32). */
const randomFrom = (seed) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const times = ({perSeries, intervalMs, startMs}) =>
  Float64Array.from({length: perSeries}, (_, index) => startMs + (index + 1) * intervalMs)

/** Whole numbers that rise, and start again from zero about once in a series' life, as after a restart. */
const counterValues = (count, random) => {
  const values = new Float64Array(count)
  let value = 0
  for (let index = 0; index < count; index++) {
    value = random() < 1 / count ? 0 : value + Math.floor(random() * 20)
    values[index] = value
  }
  return values
}

const jobs = 10

/** `x` of ten jobs. */
function* counters({series, ...shape}) {
  const random = randomFrom(1)
  const t = times(shape)
  for (let index = 0; index < series; index++) {
    const labels = {
      __name__: 'x',
      job: `job-${index % jobs}`,
      instance: `10.0.0.${Math.floor(index / jobs)}:8080`,
    }
    yield {labels, t, v: counterValues(shape.perSeries, random)}
  }
}

const bounds = [
  ...[0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15],
  ...[0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10],
].map(String)
const les = [...bounds, '+Inf']

/** `latency_bucket`: histograms of twenty buckets, each of an instance of its own. */
function* histograms({series, ...shape}) {
  const random = randomFrom(2)
  const t = times(shape)
  for (let instance = 0; instance < series / les.length; instance++) {
    const own = les.map(() => counterRises(shape.perSeries, random))
    let below = new Float64Array(shape.perSeries)
    for (const [index, le] of les.entries()) {
      below = below.map((value, at) => value + own[index][at])
      const labels = {
        __name__: 'latency_bucket',
        job: `job-${instance % jobs}`,
        instance: `10.0.1.${instance}:8080`,
        le,
      }
      yield {labels, t, v: below}
    }
  }
}

const counterRises = (count, random) => {
  let value = 0
  return Float64Array.from({length: count}, () => {
    value += Math.floor(random() * 5)
    return value
  })
}

/** Every series: `labels`, times `t` in ms and values `v`. */
export function* dataOf(shape) {
  yield* counters(shape)
  yield* histograms(shape)
}

/** What is asked, and over which times: 250 steps over all samples, and one moment at their end. */
export const queriesOf = ({perSeries, intervalMs, startMs}) => {
  const lengthMs = perSeries * intervalMs
  const stepMs = lengthMs / 250
  const endMs = startMs + lengthMs
  const range = {startMs: startMs + stepMs, endMs, stepMs}
  return [
    {name: 'range', bound: 1.5, expression: 'sum by (job) (rate(x[1m]))', range},
    {
      name: 'instant',
      bound: 1.5,
      expression: 'histogram_quantile(0.99, sum by (le) (rate(latency_bucket[1m])))',
      atMs: endMs,
    },
    {name: 'wide', expression: 'rate(x[1m])', range},
  ]
}

/**
 * Asked before anything is measured: a server that is asked one thing only has compiled code for that alone, which no
 * server in use has.
 */
export const otherQueries = [
  'sum by (job) (x)',
  'avg by (instance) (avg_over_time(x[1m]))',
  'max by (job) (max_over_time(x[1m]))',
  'sum by (job) (increase(x[1m])) / on (job) sum by (job) (changes(x[5m]))',
  'count(deriv(x[1m]) > 0)',
  'quantile by (job) (0.9, delta(x[1m]))',
  'histogram_quantile(0.5, sum by (job, le) (rate(latency_bucket[1m])))',
  'max_over_time(sum(irate(x[1m]))[5m:15s])',
]
