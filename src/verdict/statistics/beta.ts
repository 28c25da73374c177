/** Coefficients B(2k) / (2k (2k − 1)) of Stirling's series, DLMF 5.11.1. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]

/** ln Γ(x) for x > 0, to about 15 digits: recurrence up to 10, then Stirling's series (DLMF 5.5.1, 5.11.1). */
export const logGamma = (x: number): number => {
  let shifted = x
  let product = 1
  for (; shifted < 10; shifted += 1) product *= shifted
  let series = 0
  let power = 1 / shifted
  for (const coefficient of stirling) {
    series += coefficient * power
    power /= shifted * shifted
  }
  const large = (shifted - 0.5) * Math.log(shifted) - shifted + Math.log(2 * Math.PI) / 2 + series
  return large - Math.log(product)
}

const smallest = 1e-300
const awayFromZero = (value: number): number => (Math.abs(value) < smallest ? smallest : value)

/** The continued fraction of DLMF 8.17.22, evaluated by Lentz's method as modified by Thompson and Barnett (1986). */
const continuedFraction = (x: number, a: number, b: number): number => {
  let numerator = 1
  let denominator = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let fraction = denominator
  const step = (coefficient: number): number => {
    denominator = 1 / awayFromZero(1 + coefficient * denominator)
    numerator = awayFromZero(1 + coefficient / numerator)
    fraction *= denominator * numerator
    return denominator * numerator
  }
  // Needs about √max(a, b) rounds; the limit is for arguments that make no sense.
  for (let m = 1; m < 1_000_000; m += 1) {
    step((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)))
    const change = step((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)))
    if (Math.abs(change - 1) < 1e-15) break
  }
  return fraction
}

/**
 * The regularised incomplete beta function I_x(a, b), for a, b > 0 and 0 ≤ x ≤ 1: the chance that a Beta(a, b)
 * variable is at most x, and that Binomial(a + b − 1, x) is at least a. DLMF 8.17; the symmetry 8.17.4 picks the side
 * where the fraction converges fast.
 */
export const regularisedBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  const front = Math.exp(logFront)
  return x < (a + 1) / (a + b + 2)
    ? (front * continuedFraction(x, a, b)) / a
    : 1 - (front * continuedFraction(1 - x, b, a)) / b
}
