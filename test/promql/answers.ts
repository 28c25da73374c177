import {
  type EvaluateOptions,
  evaluateInstant,
  evaluateRange,
  type RangeOptions,
  type Storage,
} from '../../src/promql/index.js'

/** The labels without quotes and spaces, to key answers in expectations: `job=a,pod=1`. */
const textOf = (labels: Record<string, string>): string =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}=${labels[name]}`)
    .join(',')

/** An instant vector's values by labels. */
export const vectorAt = (
  storage: Storage,
  expression: string,
  seconds: number,
  options?: EvaluateOptions,
): Record<string, number> => {
  const {value} = evaluateInstant(expression, storage, seconds * 1000, options)
  if (value.type !== 'vector') throw new Error(`expected a vector, got a ${value.type}`)
  return Object.fromEntries(value.samples.map((sample) => [textOf(sample.labels), sample.value]))
}

/** A scalar expression's value. */
export const scalarAt = (storage: Storage, expression: string, seconds = 0): number => {
  const {value} = evaluateInstant(expression, storage, seconds * 1000)
  if (value.type !== 'scalar') throw new Error(`expected a scalar, got a ${value.type}`)
  return value.value
}

/** A range query's points by labels, as `[seconds, value]`. */
export const pointsOver = (
  storage: Storage,
  expression: string,
  options: RangeOptions,
): Record<string, [number, number][]> => {
  const {value} = evaluateRange(expression, storage, options)
  return Object.fromEntries(
    value.series.map(({labels, t, v}) => [
      textOf(labels),
      t.map((time, index): [number, number] => [time / 1000, v[index] ?? Number.NaN]),
    ]),
  )
}
