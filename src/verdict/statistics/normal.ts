/** Terms and levels that leave less than 1e-14 on either side of `border`. */
const terms = 60
const border = 2.5

/**
 * The chance that a standard normal variable is further than `z` ≥ 0 from zero, to 14 digits: the series of Abramowitz
 * and Stegun 26.2.11 near zero, the continued fraction 26.2.14 beyond.
 */
export const normalTails = (z: number): number => {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z > border) {
    let fraction = z
    for (let level = terms; level >= 1; level--) fraction = z + level / fraction
    return (2 * density) / fraction
  }
  let term = z
  let sum = z
  for (let at = 1; at < terms; at++) {
    term *= (z * z) / (2 * at + 1)
    sum += term
  }
  return 1 - 2 * density * sum
}
