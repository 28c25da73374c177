import type {RateSegment} from '../../plan/plan.js'

/** The cumulative count N(t) of a plan's arrivals, that is the integral of its rates, and its inverse. */
export interface CountLine {
  /** N at the end of the plan. */
  total: number
  /** Inverts N for counts that never decrease: the offset in ms at which N passes the count; infinite from `total` on. */
  walk(): (count: number) => number
}

/** One segment with load in it, seen as a piece of N(t). */
interface Stretch {
  startMs: number
  endMs: number
  fromCount: number
  toCount: number
  fromPerMs: number
  /** Change of the rate, per ms and ms. */
  slope: number
}

/** Sums of tenths are not whole in binary: without this, 0.1/s for 30 s would be 2.9999… and lose its last arrival. */
const snapToWhole = (count: number): number =>
  Math.abs(count - Math.round(count)) < 1e-6 ? Math.round(count) : count

const stretchesOf = (rates: readonly RateSegment[]): Stretch[] => {
  let count = 0
  return rates.flatMap(({startMs, endMs, fromPerSecond, toPerSecond}) => {
    const fromCount = count
    const lengthMs = endMs - startMs
    count = snapToWhole(count + (((fromPerSecond + toPerSecond) / 2) * lengthMs) / 1000)
    if (count <= fromCount) return []
    const slope = (toPerSecond - fromPerSecond) / 1000 / lengthMs
    return [{startMs, endMs, fromCount, toCount: count, fromPerMs: fromPerSecond / 1000, slope}]
  })
}

/** Solves rate·t + slope·t²/2 = count for t, in the form that neither cancels nor divides by a slope of zero. */
const timeToCount = (count: number, {fromPerMs, slope}: Stretch): number =>
  count <= 0 ? 0 : (2 * count) / (fromPerMs + Math.sqrt(Math.max(0, fromPerMs ** 2 + 2 * slope * count)))

/** The cumulative count of these rates. */
export const countLineOf = (rates: readonly RateSegment[]): CountLine => {
  const stretches = stretchesOf(rates)
  return {
    total: stretches.at(-1)?.toCount ?? 0,
    walk: () => {
      let index = 0
      return (count) => {
        let stretch = stretches[index]
        while (stretch !== undefined && count >= stretch.toCount) stretch = stretches[++index]
        if (stretch === undefined) return Number.POSITIVE_INFINITY
        return Math.min(stretch.endMs, stretch.startMs + timeToCount(count - stretch.fromCount, stretch))
      }
    },
  }
}
