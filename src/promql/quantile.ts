const ascendingNaNFirst = (left: number, right: number): number =>
  Number.isNaN(left) ? (Number.isNaN(right) ? 0 : -1) : Number.isNaN(right) ? 1 : left - right

/** Ascending, with NaN as the smallest value of all. */
export const sorted = (values: ArrayLike<number>): Float64Array => sortInPlace(new Float64Array(values))

/** Sorts as above, without a copy. */
export const sortInPlace = (values: Float64Array): Float64Array => {
  // The engine's own numeric order puts NaN last; only data with NaN pays for a comparison function.
  for (let index = 0; index < values.length; index++) {
    if (Number.isNaN(values[index])) return values.sort(ascendingNaNFirst)
  }
  return values.sort()
}

/** The `q`-quantile of ascending values, linear between neighbours; -Inf below 0, +Inf above 1, NaN of nothing. */
export const quantileOf = (q: number, ascending: Float64Array): number => {
  if (ascending.length === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const rank = q * (ascending.length - 1)
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(ascending.length - 1, lower + 1)
  const weight = rank - Math.floor(rank)
  return (ascending[lower] ?? Number.NaN) * (1 - weight) + (ascending[upper] ?? Number.NaN) * weight
}
