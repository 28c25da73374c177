import type {Estimate} from './difference.js'
import {clopperPearson} from './interval.js'

interface Rate {
  bad: number
  total: number
}

/**
 * How many times as often events are bad in `b` as in `a`, with an exact interval: given how many are bad in both,
 * those of `b` are binomial, and the interval of that share (Clopper and Pearson) is one of the ratio. J. Przyborowski
 * and H. Wilenski, Biometrika 31 (1940), for two Poisson counts; for shares that are not small it is wider than it need
 * be. Undefined without a bad event in either; infinite where `a` has none.
 */
export const ratioOfRates = (b: Rate, a: Rate, confidence: number): Estimate | undefined => {
  const bad = a.bad + b.bad
  if (bad <= 0 || a.total <= 0 || b.total <= 0) return undefined
  const {low, high} = clopperPearson(b.bad, bad, confidence)
  const ratio = (share: number): number =>
    (share >= 1 ? Number.POSITIVE_INFINITY : share / (1 - share)) * (a.total / b.total)
  return {value: ratio(b.bad / bad), low: ratio(low), high: ratio(high)}
}
