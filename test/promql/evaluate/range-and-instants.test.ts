import fc from 'fast-check'
import {expect, it} from 'vitest'
import {
  evaluateInstant,
  evaluateRange,
  memoryStorage,
  PromqlError,
  type Storage,
} from '../../../src/promql/index.js'

const stepMs = 7000
const endMs = 20 * stepMs

const value = fc.oneof(
  {arbitrary: fc.integer({min: 0, max: 9}), weight: 8},
  {arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0.5, -0), weight: 1},
)

/** Irregular samples with gaps and staleness markers. */
const samples = fc
  .uniqueArray(fc.tuple(fc.integer({min: 0, max: endMs}), fc.option(value)), {
    minLength: 0,
    maxLength: 25,
    selector: ([time]) => time,
  })
  .map((points) => points.sort(([left], [right]) => left - right))

const storage: fc.Arbitrary<Storage> = fc.array(samples, {minLength: 4, maxLength: 4}).map((all) =>
  memoryStorage(
    all.map((points, index) => ({
      labels: {__name__: index < 2 ? 'a' : 'b', pod: String(index % 2)},
      t: points.map(([time]) => time),
      v: points.map(([, value]) => value),
    })),
  ),
)

const {vector} = fc.letrec<{vector: string; range: string}>((tie) => ({
  range: fc.oneof(
    fc.constantFrom('a[20s]', 'b[30s] offset 3s', 'a[15s] @ 50', '{pod="1"}[25s] offset -4s'),
    tie('vector').map((inner) => `(${inner})[30s:4s]`),
  ),
  vector: fc.oneof(
    {maxDepth: 3},
    fc.constantFrom('a', 'b', 'a{pod="1"}', 'b offset 9s', 'a @ 60', 'vector(time())'),
    fc
      .tuple(
        fc.constantFrom(
          ...['rate', 'increase', 'delta', 'irate', 'resets', 'changes', 'deriv', 'absent_over_time'],
          ...['avg_over_time', 'sum_over_time', 'min_over_time', 'max_over_time', 'last_over_time'],
          ...['stddev_over_time', 'count_over_time'],
        ),
        tie('range'),
      )
      .map(([name, range]) => `${name}(${range})`),
    tie('range').map((range) => `quantile_over_time(0.7, ${range})`),
    fc
      .tuple(
        fc.constantFrom(
          ...['sum by (pod) (', 'avg(', 'max(', 'min by (pod) (', 'count(', 'group(', 'stdvar('],
          ...['count_values("n", ', 'quantile(0.3, '],
        ),
        tie('vector'),
      )
      .map(([opening, inner]) => `${opening}${inner})`),
    // Of equal values, which one topk keeps is a matter of their order.
    tie('vector').map((inner) => `max(topk(1, ${inner}))`),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom('+', '>', '== bool', 'and', 'or', 'unless', '/ on(pod)', '* on(pod) group_left()'),
        tie('vector'),
      )
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(fc.constantFrom('-', 'absent', 'timestamp', 'abs'), tie('vector'))
      .map(([name, inner]) => `${name}(${inner})`),
  ),
}))

/** NaN and the infinities are told apart, 0 and -0 too. */
const pointText = (labels: Record<string, string>, atMs: number, sample: number | undefined): string =>
  `${JSON.stringify(labels)} ${atMs} ${Object.is(sample, -0) ? '-0' : sample}`

const asInstants = (expression: string, from: Storage, lookbackMs: number) => {
  const points: string[] = []
  for (let atMs = 0; atMs <= endMs; atMs += stepMs) {
    const {value} = evaluateInstant(expression, from, atMs, {lookbackMs})
    if (value.type !== 'vector') throw new Error(`${expression} is a ${value.type}`)
    for (const {labels, value: sample} of value.samples) points.push(pointText(labels, atMs, sample))
  }
  return points.sort()
}

const asRange = (expression: string, from: Storage, lookbackMs: number) =>
  evaluateRange(expression, from, {startMs: 0, endMs, stepMs, lookbackMs})
    .value.series.flatMap(({labels, t, v}) => t.map((time, index) => pointText(labels, time, v[index])))
    .sort()

const orError = (evaluate: () => string[]): string[] | 'error' => {
  try {
    return evaluate()
  } catch (error) {
    if (error instanceof PromqlError && error.kind === 'execution') return 'error'
    throw error
  }
}

it('a range query answers at each step what an instant query answers there', () => {
  fc.assert(
    fc.property(vector, storage, fc.constantFrom(9000, 60_000), (expression, from, lookbackMs) => {
      expect(orError(() => asRange(expression, from, lookbackMs))).toEqual(
        orError(() => asInstants(expression, from, lookbackMs)),
      )
    }),
    {numRuns: 400, seed: 1},
  )
})
