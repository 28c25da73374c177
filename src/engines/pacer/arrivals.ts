import type {RateSegment} from '../../plan/plan.js'

/** When each request of a plan is due: request `n` (from 0) at `atMs(n)`, an offset from the start of the run. */
export interface Arrivals {
  count: number
  /** Never decreases with `n`; the same for the same rates. */
  atMs(n: number): number
}

/** One segment with load in it, seen as a piece of the cumulative count N(t). */
interface Stretch {
  startMs: number
  endMs: number
  fromCount: number
  toCount: number
  fromPerMs: number
  /** Change of the rate, per ms and ms. */
  slope: number
}

/** Sums of tenths are not whole in binary: without this, 0.1/s for 30 s would be 2.9999… and lose its last request. */
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

/** The stretch in which the cumulative count passes `n`: the last one that starts at `n` or below. */
const stretchAt = (stretches: readonly Stretch[], n: number): Stretch | undefined => {
  let low = 0
  let high = stretches.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((stretches[middle]?.fromCount ?? Number.POSITIVE_INFINITY) <= n) low = middle
    else high = middle - 1
  }
  return stretches[low]
}

/**
 * Turns offered rates into due times by inverting their integral: request `n` is due when the cumulative count N(t)
 * leaves `n`. So the first is due when the load begins, a pause (rate 0) delays what follows it, and the number of
 * requests due before any time T is N(T), rounded up.
 */
export const arrivalsOf = (rates: readonly RateSegment[]): Arrivals => {
  const stretches = stretchesOf(rates)
  return {
    count: Math.ceil(stretches.at(-1)?.toCount ?? 0),
    atMs: (n) => {
      const stretch = stretchAt(stretches, n)
      if (stretch === undefined || n < 0 || n >= stretch.toCount)
        throw new RangeError(`request ${n} is not in the plan`)
      return Math.min(stretch.endMs, stretch.startMs + timeToCount(n - stretch.fromCount, stretch))
    },
  }
}
