import type {Interval} from './interval.js'

/** An estimate with its interval. */
export interface Estimate extends Interval {
  value: number
}

/**
 * The interval of `b − a` from the intervals of each, which keep their lack of symmetry (MOVER): R. G. Newcombe,
 * Statistics in Medicine 17 (1998) 873, method 10, for two shares; G. Zou and A. Donner, Statistics in Medicine 27
 * (2008) 1693, for any two independent estimates. With exact intervals of each it is wider than it need be, never
 * narrower.
 */
export const differenceOf = (a: Estimate, b: Estimate): Estimate => ({
  value: b.value - a.value,
  low: b.value - a.value - Math.hypot(b.value - b.low, a.high - a.value),
  high: b.value - a.value + Math.hypot(b.high - b.value, a.value - a.low),
})

/** What an interval says about a margin of indifference around zero. */
export type Finding = 'same' | 'worse' | 'better' | 'cannot tell'

/**
 * `same` when the whole interval lies within ± margin (two one-sided tests: D. J. Schuirmann, 1987), whichever side of
 * zero it is on; else `worse` when it lies above zero, `better` when below; else it cannot be told. More is worse.
 */
export const findingOf = ({low, high}: Interval, margin: number): Finding => {
  if (low >= -margin && high <= margin) return 'same'
  if (low > 0) return 'worse'
  return high < 0 ? 'better' : 'cannot tell'
}
