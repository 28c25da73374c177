import {meanOf, sumOf} from '../sums.js'

/** Reduces `values[0..count)`, at least one, to a value. The array is longer and used again. */
export type Reduce = (values: Float64Array, count: number) => number

const nth = (values: Float64Array, index: number): number => values[index] ?? Number.NaN

/** The winner of a comparison; NaN only loses, so that it is the answer of a group of NaN alone. */
const best =
  (better: (candidate: number, best: number) => boolean): Reduce =>
  (values, count) => {
    let found = nth(values, 0)
    for (let index = 1; index < count; index++) {
      const value = nth(values, index)
      if (better(value, found) || Number.isNaN(found)) found = value
    }
    return found
  }

export const sum: Reduce = (values, count) => sumOf(values, 0, count)
export const avg: Reduce = (values, count) => meanOf(values, 0, count)
export const min: Reduce = best((candidate, found) => candidate < found)
export const max: Reduce = best((candidate, found) => candidate > found)
export const count: Reduce = (_values, size) => size
export const group: Reduce = () => 1

/** The population variance by Welford's running mean. A group with an infinite value has none. */
export const stdvar: Reduce = (values, size) => {
  let mean = nth(values, 0)
  let squares = Number.isFinite(mean) ? 0 : Number.NaN
  for (let index = 1; index < size; index++) {
    const value = nth(values, index)
    const delta = value - mean
    mean += delta / (index + 1)
    squares += delta * (value - mean)
  }
  return squares / size
}

export const stddev: Reduce = (values, size) => Math.sqrt(stdvar(values, size))
