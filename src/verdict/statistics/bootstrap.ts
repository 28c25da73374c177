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
): number =>
  order[
    quantileAt(
      order.map((value) => pooled.get(value) ?? 0),
      share,
    )
  ] ?? Number.NaN

/** The index at which this share of all counts is reached; −1 where nothing was counted. */
export const quantileAt = (counts: ArrayLike<number>, share: number): number => {
  let total = 0
  for (let at = 0; at < counts.length; at++) total += counts[at] ?? 0
  let seen = 0
  for (let at = 0; total > 0 && at < counts.length; at++) {
    seen += counts[at] ?? 0
    if (seen >= share * total) return at
  }
  return -1
}

/** Counts with the values by their place in the order of all: adding them up is then a matter of indices. */
interface Indexed {
  places: Uint32Array
  counts: Float64Array
}

const indexed = (seconds: readonly Counts[], order: readonly number[]): Indexed[] => {
  const placeOf = new Map(order.map((value, place) => [value, place]))
  return seconds.map(({values, counts}) => ({
    places: Uint32Array.from(values, (value) => placeOf.get(value) ?? 0),
    counts: Float64Array.from(counts),
  }))
}

/**
 * Draws of quantiles as chance might have had them: whole blocks of consecutive seconds are drawn with replacement, so
 * that what hangs together within a block stays together. H. R. Künsch, The jackknife and the bootstrap for general
 * stationary observations, Annals of Statistics 17 (1989): the moving-block bootstrap. For each share a list of draws;
 * NaN where the seconds drawn had counted nothing.
 */
export const blockBootstrap = (
  seconds: readonly Counts[],
  shares: readonly number[],
  {blockSeconds, draws, random}: {blockSeconds: number; draws: number; random: Random},
): number[][] => {
  const order = [...new Set(seconds.flatMap(({values}) => values))].sort((a, b) => a - b)
  const parts = indexed(seconds, order)
  const length = Math.min(blockSeconds, seconds.length)
  const sums = new Float64Array(order.length)
  const drawn = Array.from({length: draws}, () => {
    sums.fill(0)
    for (let taken = 0; taken < parts.length; taken += length) {
      const start = random.below(parts.length - length + 1)
      addUp(sums, parts.slice(start, start + Math.min(length, parts.length - taken)))
    }
    return shares.map((share) => order[quantileAt(sums, share)] ?? Number.NaN)
  })
  return shares.map((_, which) => drawn.map((quantiles) => quantiles[which] ?? Number.NaN))
}

const addUp = (sums: Float64Array, parts: readonly Indexed[]): void => {
  for (const {places, counts} of parts) {
    for (let at = 0; at < places.length; at++) {
      const place = places[at] ?? 0
      sums[place] = (sums[place] ?? 0) + (counts[at] ?? 0)
    }
  }
}

/** The middle part of the draws that holds this share of them: the percentile interval. Draws of nothing are left out. */
export const percentileInterval = (
  draws: readonly number[],
  confidence: number,
): {low: number; high: number} => {
  const sorted = draws.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? Number.NaN
  const tail = (1 - confidence) / 2
  return {low: at(tail), high: at(1 - tail)}
}
