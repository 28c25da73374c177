import type {Estimate} from './difference.js'
import {chanceOfMiss, clopperPearson} from './interval.js'

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

/**
 * The chance of so many bad events in `b` or more, given how many are bad in both, if they were `limit` times as likely as
 * in `a`: the test that the lower end of that interval inverts. 1 without a bad event.
 */
export const chanceOfRatio = (b: Rate, a: Rate, limit: number): number => {
  const inB = (limit * b.total) / (limit * b.total + a.total)
  return chanceOfMiss(a.bad, a.bad + b.bad, 1 - inB)
}
