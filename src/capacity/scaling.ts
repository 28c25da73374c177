import type {Random} from '../system/random.js'
import {fitUsl, type ScalePoint, type Usl, uslRate} from './usl.js'

/** A fit with what is known of its error. */
export interface UslFit extends Usl {
  /** Root of the mean squared error, as a share of the measured rates. */
  relativeError: number
  /** Size at which the rate is largest; absent where it grows for ever, or beyond what may be foretold. */
  peak?: {n: number; rate: number}
  /** What the curve says, with the band that 90 of 100 bootstrap draws are in; nowhere beyond 1.5 times the largest size. */
  curve: {n: number; rate: number; low: number; high: number}[]
  points: ScalePoint[]
  remarks: string[]
}

const errorOf = (points: readonly ScalePoint[], usl: Usl): number =>
  Math.sqrt(points.reduce((sum, {n, rate}) => sum + (uslRate(usl, n) / rate - 1) ** 2, 0) / points.length)

const draws = 200
/** A law says nothing of sizes farther out than this. */
const farthest = 1.5
const curveSteps = 24

const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** Each rate drawn anew around the curve, by an error that one of the points has; or by `spread`, where that is larger. */
const redraw = (points: readonly ScalePoint[], fit: Usl, spread: number, random: Random): ScalePoint[] =>
  points.map(({n}) => {
    const other = points[random.below(points.length)]
    const residual = other ? other.rate / uslRate(fit, other.n) - 1 : 0
    const own = (random.next() * 2 - 1) * spread
    return {n, rate: uslRate(fit, n) * (1 + (Math.abs(own) > Math.abs(residual) ? own : residual))}
  })

/**
 * Fits the law to measured sizes, with a bootstrap band. `spread`: how far each rate may be off, as a share (half the
 * width of its interval). Undefined where nothing can be fitted.
 */
export const describeScaling = (
  points: readonly ScalePoint[],
  {spread, random}: {spread: number; random: Random},
): UslFit | undefined => {
  const fit = fitUsl(points)
  if (!fit) return undefined
  const largest = Math.max(...points.map(({n}) => n))
  const fits = Array.from({length: draws}, () => fitUsl(redraw(points, fit, spread, random))).filter(
    (one) => one !== undefined,
  )
  const last = largest * farthest
  const curve = Array.from({length: curveSteps + 1}, (_, step) => {
    const n = 1 + ((last - 1) * step) / curveSteps
    const rates = fits.map((one) => uslRate(one, n))
    return {n, rate: uslRate(fit, n), low: quantile(rates, 0.05), high: quantile(rates, 0.95)}
  })
  const peakAt =
    fit.beta > 0 && fit.alpha < 1 ? Math.sqrt((1 - fit.alpha) / fit.beta) : Number.POSITIVE_INFINITY
  const remarks = remarksOn(points, peakAt, last)
  const peak = peakAt <= last ? {peak: {n: peakAt, rate: uslRate(fit, peakAt)}} : {}
  return {...fit, relativeError: errorOf(points, fit), ...peak, curve, points: [...points], remarks}
}

const leastSizes = 6

const remarksOn = (points: readonly ScalePoint[], peakAt: number, last: number): string[] => {
  const sizes = [...new Set(points.map(({n}) => n))]
  const largest = Math.max(...sizes)
  const best = points.reduce((most, point) => (point.rate > most.rate ? point : most))
  return [
    ...(sizes.length < leastSizes
      ? [`${sizes.length} sizes: a hint, no forecast (six or more give one)`]
      : []),
    ...(best.n === largest
      ? ['no size beyond the best one was measured, so contention and coherence cannot be told apart']
      : []),
    ...(Number.isFinite(peakAt) && peakAt > last
      ? [`the peak would be beyond ${last.toFixed(1)}, which is too far to foretell from ${largest}`]
      : []),
  ]
}
