import {searchedIn} from './searched.js'
import type {Trial} from './trial.js'

/** Fewer points have no shape. */
const leastPoints = 5
/** How far from the straight line the curve must bend, of a unit square, to be called a knee. */
const leastBend = 0.2

/**
 * The slowest p99 of each rate, lowest rate first, both as logarithms; up to the slowest of all: beyond it requests are
 * turned away or lost, and what is left is quick again.
 */
const untilSlowest = (trials: readonly Trial[]): (readonly [rate: number, p99: number])[] => {
  const slowest = new Map<number, number>()
  for (const {ratePerSecond, seen} of searchedIn(trials)) {
    const p99 = seen?.latencyMs?.p99 ?? 0
    if (p99 > 0) slowest.set(ratePerSecond, Math.max(p99, slowest.get(ratePerSecond) ?? 0))
  }
  const points = [...slowest]
    .toSorted(([one], [other]) => one - other)
    .map(([rate, p99]) => [Math.log(rate), Math.log(p99)] as const)
  const most = Math.max(...points.map(([, p99]) => p99))
  return points.slice(0, points.findIndex(([, p99]) => p99 === most) + 1)
}

/**
 * Rate at which p99 begins to rise steeply, on logarithmic axes: the point farthest below the straight line from the
 * first trial to the last (V. Satopaa et al., Finding a "Kneedle" in a Haystack, 2011). It depends on the range that was
 * tried, so it marks a plot and defines nothing. Undefined where there is no bend.
 */
export const kneeOf = (trials: readonly Trial[]): number | undefined => {
  const points = untilSlowest(trials)
  const [first, last] = [points[0], points.at(-1)]
  if (points.length < leastPoints || !first || !last) return undefined
  const [lows, highs] = [points.map(([, y]) => y), points.map(([, y]) => y)]
  const [low, high] = [Math.min(...lows), Math.max(...highs)]
  if (high - low < Math.log(2) || last[0] === first[0]) return undefined
  let knee: {rate: number; bend: number} | undefined
  for (const [x, y] of points) {
    const bend = (x - first[0]) / (last[0] - first[0]) - (y - low) / (high - low)
    if (bend >= leastBend && bend > (knee?.bend ?? 0)) knee = {rate: Math.exp(x), bend}
  }
  return knee?.rate
}
