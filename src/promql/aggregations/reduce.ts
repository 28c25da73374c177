import {type Column, emptyColumn, put, valueAt} from '../evaluate/values.js'
import type {Labels} from '../labels.js'
import {lostWith, meanOf} from '../sums.js'

/**
 * Makes one column, with these labels, of the members of a group; present where any of them is. Each member is taken
 * in at all steps before the next one, as that is how they lie in memory.
 */
export type Reduce = (labels: Labels, members: readonly Column[], steps: number) => Column

/** The values of the members that are present at a step. */
export const membersAt = (members: readonly Column[], step: number): Float64Array => {
  const gathered = new Float64Array(members.length)
  let count = 0
  for (const {values, present} of members) {
    if (present[step]) gathered[count++] = valueAt(values, step)
  }
  return gathered.subarray(0, count)
}

/** The sums of the members at all steps, and what rounding has lost of them: none of an infinite sum. */
const summed = (labels: Labels, members: readonly Column[], steps: number) => {
  const column = emptyColumn(labels, steps)
  const lost = new Float64Array(steps)
  for (const {values, present} of members) {
    for (let step = 0; step < steps; step++) {
      if (!present[step]) continue
      const value = valueAt(values, step)
      const before = valueAt(column.values, step)
      const total = before + value
      lost[step] = lostWith(valueAt(lost, step), before, value, total)
      put(column, step, total)
    }
  }
  return {column, lost}
}

export const sum: Reduce = (labels, members, steps) => {
  const {column, lost} = summed(labels, members, steps)
  for (let step = 0; step < steps; step++) {
    column.values[step] = valueAt(column.values, step) + valueAt(lost, step)
  }
  return column
}

export const avg: Reduce = (labels, members, steps) => {
  const {column, lost} = summed(labels, members, steps)
  const {values: counts} = count(labels, members, steps)
  for (let step = 0; step < steps; step++) {
    if (!column.present[step]) continue
    const total = valueAt(column.values, step)
    const size = valueAt(counts, step)
    if (Number.isFinite(total)) column.values[step] = total / size + valueAt(lost, step) / size
    else {
      // The sum of huge values overflows where their mean does not.
      const values = membersAt(members, step)
      column.values[step] = meanOf(values, 0, values.length)
    }
  }
  return column
}

/** The winner of a comparison; NaN only loses, so that it is the answer of a group of NaN alone. */
const best =
  (better: (candidate: number, best: number) => boolean): Reduce =>
  (labels, members, steps) => {
    const column = emptyColumn(labels, steps)
    for (const {values, present} of members) {
      for (let step = 0; step < steps; step++) {
        if (!present[step]) continue
        const value = valueAt(values, step)
        const found = valueAt(column.values, step)
        if (!column.present[step] || better(value, found) || Number.isNaN(found)) put(column, step, value)
      }
    }
    return column
  }

export const min: Reduce = best((candidate, found) => candidate < found)
export const max: Reduce = best((candidate, found) => candidate > found)

export const count: Reduce = (labels, members, steps) => {
  const column = emptyColumn(labels, steps)
  for (const {present} of members) {
    for (let step = 0; step < steps; step++) {
      if (present[step]) put(column, step, valueAt(column.values, step) + 1)
    }
  }
  return column
}

export const group: Reduce = (labels, members, steps) => {
  const column = count(labels, members, steps)
  return {...column, values: column.values.fill(1)}
}

/** The population variance by Welford's running mean. A group with an infinite value has none. */
export const stdvar: Reduce = (labels, members, steps) => {
  const column = emptyColumn(labels, steps)
  const means = new Float64Array(steps)
  const sizes = new Float64Array(steps)
  const {values: squares} = column
  for (const {values, present} of members) {
    for (let step = 0; step < steps; step++) {
      if (!present[step]) continue
      const value = valueAt(values, step)
      const size = valueAt(sizes, step) + 1
      sizes[step] = size
      if (size === 1) {
        means[step] = value
        put(column, step, Number.isFinite(value) ? 0 : Number.NaN)
        continue
      }
      const delta = value - valueAt(means, step)
      const mean = valueAt(means, step) + delta / size
      means[step] = mean
      squares[step] = valueAt(squares, step) + delta * (value - mean)
    }
  }
  for (let step = 0; step < steps; step++) {
    if (column.present[step]) squares[step] = valueAt(squares, step) / valueAt(sizes, step)
  }
  return column
}

export const stddev: Reduce = (labels, members, steps) => {
  const column = stdvar(labels, members, steps)
  return {...column, values: column.values.map(Math.sqrt)}
}
