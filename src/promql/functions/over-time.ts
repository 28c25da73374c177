import {warnOfQuantile} from '../aggregations/aggregate.js'
import {eachWindow, type Window} from '../evaluate/windows.js'
import {quantileOf, sorted} from '../quantile.js'
import {add, emptySum, meanOf, sumOf, totalOf} from '../sums.js'
import {
  type Functions,
  type Invocation,
  overRange,
  placeOf,
  rangeArgument,
  scalarArgument,
} from './function.js'

const best =
  (better: (candidate: number, best: number) => boolean) =>
  ({v, from, to}: Window): number => {
    let found = v[from] ?? Number.NaN
    for (let index = from + 1; index < to; index++) {
      const value = v[index] ?? Number.NaN
      if (better(value, found) || Number.isNaN(found)) found = value
    }
    return found
  }

/** The population variance, by a running mean whose rounding errors are carried along. */
const variance = ({v, from, to}: Window): number => {
  const mean = emptySum()
  const squares = emptySum()
  for (let index = from; index < to; index++) {
    const value = v[index] ?? Number.NaN
    const delta = value - (mean.sum + mean.lost)
    add(mean, delta / (index - from + 1))
    add(squares, delta * (value - (mean.sum + mean.lost)))
  }
  return totalOf(squares) / (to - from)
}

/** A quantile that is none is told where there are samples to take it of. */
const noteOnQuantile = (invocation: Invocation): void => {
  const {values} = scalarArgument(invocation, 0)
  if (values.every((q) => q >= 0 && q <= 1)) return
  const range = rangeArgument(invocation, 1)
  for (const series of range.series) {
    eachWindow(series, range, invocation.context, (_window, step) => {
      warnOfQuantile(values[step] ?? Number.NaN, invocation.context, placeOf(invocation, 0))
    })
  }
}

/** A series' own samples, aggregated over time. */
export const overTimeFunctions = {
  avg_over_time: overRange(({v, from, to}) => meanOf(v, from, to)),
  sum_over_time: overRange(({v, from, to}) => sumOf(v, from, to)),
  min_over_time: overRange(best((candidate, found) => candidate < found)),
  max_over_time: overRange(best((candidate, found) => candidate > found)),
  count_over_time: overRange(({from, to}) => to - from),
  stddev_over_time: overRange((window) => Math.sqrt(variance(window))),
  stdvar_over_time: overRange(variance),
  last_over_time: overRange(({v, to}) => v[to - 1], {keepsName: true}),
  present_over_time: overRange(() => 1),
  quantile_over_time: {
    kind: 'window',
    args: ['scalar', 'range'],
    returns: 'vector',
    value: ({v, from, to}, [q = Number.NaN]) => quantileOf(q, sorted(v.subarray(from, to))),
    note: noteOnQuantile,
  },
} satisfies Functions
