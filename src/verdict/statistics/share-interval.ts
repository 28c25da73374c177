import type {Dispersion} from './dispersion.js'
import {clopperPearson, type Interval} from './interval.js'

/** The variance of bursts at the worse end of the interval is taken for at most so many times that at the share that was seen. */
const mostRise = 1.5

/** The part of each event that counts, at either end of the interval. */
export interface Worth {
  /** Where the good share is largest: what tells that a target is missed. */
  missed: number
  /** Where it is smallest: what tells that it is met. */
  met: number
}

/**
 * How much of each event counts when errors come in bursts. Bursts multiply the rate of errors, so their variance goes
 * up with it: whether more errors are plausible than were seen has to be asked with the variance that so many have, as a
 * score test does (E. B. Wilson, Journal of the American Statistical Association 22, 1927; variance by the mean: R. W. M.
 * Wedderburn, Biometrika 61, 1974). Else the interval ends too early where a short phase happened to hold few bursts. One
 * step of it, from the interval at the variance that was seen. Not so for fewer errors: bursts may be rarer, and as large.
 */
export const worthOf = (
  {bad, total}: {bad: number; total: number},
  {effective, looks}: Pick<Dispersion, 'effective' | 'looks'>,
  confidence: number,
): Worth => {
  const seen = Math.min(1, effective / total)
  if (seen === 1 || bad <= 0) return {missed: seen, met: seen}
  const {high} = clopperPearson(bad * seen, total * seen, confidence)
  const rise = Math.min(mostRise, (high * total) / bad)
  return {missed: seen, met: Math.max(looks / total, 1 / (1 + (1 / seen - 1) * rise))}
}

/** The interval of the share of good events, by what each event is worth at either end. */
export const shareInterval = (
  {bad, total}: {bad: number; total: number},
  {missed, met}: Worth,
  confidence: number,
): Interval => ({
  low: clopperPearson((total - bad) * met, total * met, confidence).low,
  high: clopperPearson((total - bad) * missed, total * missed, confidence).high,
})
