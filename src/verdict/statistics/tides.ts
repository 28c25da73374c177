/** How many of the slowest waves tell about tides: 0.4 m^⅔ of m blocks, see `tidalVariance`; at least 4. */
const wavesFor = (blocks: number): number => Math.max(4, Math.round(0.4 * blocks ** (2 / 3)))

/** The variance of a sum, and from how many independent looks at it that is known. */
export interface TidalVariance {
  variance: number
  degrees: number
}

/**
 * The variance of the sum of `residuals` as their slowest cosine waves show it. What rises and falls within a few
 * blocks averages out in a wave of half the phase; what lasts for many blocks does not, and that is what makes the sum
 * uncertain. Autocorrelations tell the same, but of 30 blocks a tide of ten is not told from noise by them. The mean of
 * ν squared waves has ν degrees of freedom, for Student's t: E. Lazarus, D. J. Lewis, J. H. Stock and M. W. Watson, HAR
 * inference: recommendations for practice, Journal of Business & Economic Statistics 36 (2018), the equal-weighted
 * cosine estimator with ν = 0.4 T^⅔.
 */
export const tidalVariance = (residuals: readonly number[]): TidalVariance => {
  const blocks = residuals.length
  const degrees = Math.min(wavesFor(blocks), Math.max(1, blocks - 1))
  let power = 0
  for (let wave = 1; wave <= degrees; wave++) {
    const part = residuals.reduce(
      (sum, residual, at) => sum + residual * Math.cos((Math.PI * wave * (at + 0.5)) / blocks),
      0,
    )
    // A cosine wave has the mean square ½.
    power += 2 * part * part
  }
  return {variance: power / degrees, degrees}
}
