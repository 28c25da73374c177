/** A test of one hypothesis, and the chance of error that it may take by itself. */
export interface Test {
  /** Chance of what was seen, or worse, if the hypothesis held. */
  p: number
  alpha: number
}

/**
 * Which hypotheses can be rejected together, so that the chance that any of them is rejected wrongly stays within
 * alpha however they depend on each other: S. Holm, A simple sequentially rejective multiple test procedure,
 * Scandinavian Journal of Statistics 6 (1979). Each p is measured against its own alpha; with one alpha for all it is
 * the plain procedure.
 */
export const holm = (tests: readonly Test[]): boolean[] => {
  const order = tests
    .map(({p, alpha}, index) => ({index, scaled: p / alpha}))
    .sort((a, b) => a.scaled - b.scaled)
  const stop = order.findIndex(({scaled}, rank) => scaled > 1 / (tests.length - rank))
  const rejected = new Set((stop < 0 ? order : order.slice(0, stop)).map(({index}) => index))
  return tests.map((_, index) => rejected.has(index))
}
