/** A cumulative histogram bucket: how many observations are at most `bound`. */
export interface Bucket {
  bound: number
  count: number
}

/** Joins buckets with the same bound (`le="1"` and `le="1.0"`); takes them sorted by bound. */
const coalesced = (buckets: readonly Bucket[]): Bucket[] => {
  const result: Bucket[] = []
  for (const {bound, count} of buckets) {
    const last = result.at(-1)
    if (last?.bound === bound) last.count += count
    else result.push({bound, count})
  }
  return result
}

/** A difference this small relative to the counts is rounding, not a broken histogram. */
const isRounding = (left: number, right: number): boolean =>
  Math.abs(left - right) < 1e-12 * (Math.abs(left) + Math.abs(right))

/** Counts cannot fall from one bucket to the next; scrapes in between, and sums of rates, make them. */
const madeMonotonic = (buckets: Bucket[]): boolean => {
  let fixed = false
  let highest = buckets[0]?.count ?? 0
  for (const bucket of buckets) {
    if (isRounding(highest, bucket.count)) bucket.count = highest
    else if (bucket.count < highest) {
      bucket.count = highest
      fixed = true
    } else highest = bucket.count
  }
  return fixed
}

/** Buckets fit to calculate with; undefined without one for +Inf. Takes them sorted by bound. */
const usable = (buckets: readonly Bucket[]): Bucket[] | undefined =>
  buckets.at(-1)?.bound === Number.POSITIVE_INFINITY ? coalesced(buckets) : undefined

/**
 * The `q`-quantile of a classic histogram: the bucket that the rank falls in, linear within it; the first bucket
 * starts at zero. In the last bucket there is only its lower bound to tell, so an overload saturates there.
 * `fixed` says that the counts had to be made monotonic.
 */
export const bucketQuantile = (q: number, sorted: readonly Bucket[]): {value: number; fixed: boolean} => {
  const plain = (value: number) => ({value, fixed: false})
  if (Number.isNaN(q)) return plain(Number.NaN)
  if (q < 0) return plain(Number.NEGATIVE_INFINITY)
  if (q > 1) return plain(Number.POSITIVE_INFINITY)
  const buckets = usable(sorted)
  if (!buckets) return plain(Number.NaN)
  const fixed = madeMonotonic(buckets)
  const observations = buckets.at(-1)?.count ?? 0
  if (buckets.length < 2 || observations === 0 || Number.isNaN(observations))
    return {value: Number.NaN, fixed}
  return {value: interpolated(buckets, q * observations), fixed}
}

const interpolated = (buckets: readonly Bucket[], rank: number): number => {
  const finite = buckets.slice(0, -1)
  const at = finite.findIndex(({count}) => count >= rank)
  const bucket = finite[at]
  if (!bucket) return finite.at(-1)?.bound ?? Number.NaN
  if (at === 0 && bucket.bound <= 0) return bucket.bound
  const {bound: start, count: before} = finite[at - 1] ?? {bound: 0, count: 0}
  return start + (bucket.bound - start) * ((rank - before) / (bucket.count - before))
}

/** How many observations are at most `value`; linear within a bucket, the first of which starts at -Inf. */
const rankOf = (value: number, buckets: readonly Bucket[]): number => {
  let start = Number.NEGATIVE_INFINITY
  let before = 0
  for (const {bound, count} of buckets) {
    if (start >= value) return before
    if (bound > value) return before + ((count - before) * (value - start)) / (bound - start)
    start = bound
    before = count
  }
  return before
}

/** The share of observations between two values, of a classic histogram. NaN without observations. */
export const bucketFraction = (lower: number, upper: number, sorted: readonly Bucket[]): number => {
  const buckets = usable(sorted)
  const observations = buckets?.at(-1)?.count ?? 0
  if (!buckets || observations === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN
  if (lower >= upper) return 0
  return (rankOf(upper, buckets) - rankOf(lower, buckets)) / observations
}
