import type {Random} from '../../system/random.js'

/** Values (rising) with how often each was seen. */
export interface Counts {
  values: readonly number[]
  counts: readonly number[]
}

/** The value that this share of all are at or below: the smallest one with enough of them (inverse of the ECDF). */
export const quantileOf = (
  pooled: ReadonlyMap<number, number>,
  order: readonly number[],
  share: number,
): number => {
  const total = order.reduce((sum, value) => sum + (pooled.get(value) ?? 0), 0)
  let seen = 0
  for (const value of order) {
    seen += pooled.get(value) ?? 0
    if (seen >= share * total) return value
  }
  return Number.NaN
}

/**
 * Draws of a quantile as chance might have had it: whole blocks of consecutive seconds are drawn with replacement, so
 * that what hangs together within a block stays together. H. R. Künsch, The jackknife and the bootstrap for general
 * stationary observations, Annals of Statistics 17 (1989): the moving-block bootstrap.
 */
export const blockBootstrap = (
  seconds: readonly Counts[],
  share: number,
  {blockSeconds, draws, random}: {blockSeconds: number; draws: number; random: Random},
): number[] => {
  const order = [...new Set(seconds.flatMap(({values}) => values))].sort((a, b) => a - b)
  const length = Math.min(blockSeconds, seconds.length)
  const starts = seconds.length - length + 1
  return Array.from({length: draws}, () => {
    const pooled = new Map<number, number>()
    for (let drawn = 0; drawn < seconds.length; drawn += length) {
      const start = random.below(starts)
      for (const {values, counts} of seconds.slice(start, start + Math.min(length, seconds.length - drawn))) {
        for (const [at, value] of values.entries())
          pooled.set(value, (pooled.get(value) ?? 0) + (counts[at] ?? 0))
      }
    }
    return quantileOf(pooled, order, share)
  })
}

/** The middle part of the draws that holds this share of them: the percentile interval. */
export const percentileInterval = (
  draws: readonly number[],
  confidence: number,
): {low: number; high: number} => {
  const sorted = draws.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? Number.NaN
  const tail = (1 - confidence) / 2
  return {low: at(tail), high: at(1 - tail)}
}
