import type {Window} from '../evaluate/windows.js'
import {add, emptySum, totalOf} from '../sums.js'
import {type Functions, overRange} from './function.js'

const isConstant = ({v, from, to}: Window): boolean => {
  for (let index = from + 1; index < to; index++) if (v[index] !== v[from]) return false
  return true
}

/** The least-squares line through a window's samples: slope per second, and value at `originMs`. */
const lineThrough = (window: Window, originMs: number): {slope: number; intercept: number} => {
  const {t, v, from, to} = window
  // A constant has a slope of exactly zero, which rounding would spoil.
  if (isConstant(window)) {
    const constant = v[from] ?? Number.NaN
    return Number.isFinite(constant) || Number.isNaN(constant)
      ? {slope: 0, intercept: constant}
      : {slope: Number.NaN, intercept: Number.NaN}
  }
  const sums = {x: emptySum(), y: emptySum(), xy: emptySum(), xx: emptySum()}
  for (let index = from; index < to; index++) {
    const x = ((t[index] ?? Number.NaN) - originMs) / 1000
    const y = v[index] ?? Number.NaN
    add(sums.x, x)
    add(sums.y, y)
    add(sums.xy, x * y)
    add(sums.xx, x * x)
  }
  const count = to - from
  const x = totalOf(sums.x)
  const y = totalOf(sums.y)
  const slope = (totalOf(sums.xy) - (x * y) / count) / (totalOf(sums.xx) - (x * x) / count)
  return {slope, intercept: y / count - (slope * x) / count}
}

/** Simple linear regression. */
export const regressionFunctions = {
  deriv: overRange((window) =>
    window.to - window.from < 2 ? undefined : lineThrough(window, window.t[window.from] ?? 0).slope,
  ),
  predict_linear: {
    kind: 'window',
    args: ['range', 'scalar'],
    returns: 'vector',
    value: (window, [seconds = Number.NaN]) => {
      if (window.to - window.from < 2) return undefined
      const {slope, intercept} = lineThrough(window, window.evaluationMs)
      return slope * seconds + intercept
    },
  },
} satisfies Functions
