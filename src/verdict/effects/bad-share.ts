import {dispersionOf} from '../statistics/dispersion.js'
import {shareInterval, worthOf} from '../statistics/share-interval.js'
import type {BadShare} from './effect.js'
import {added, type SecondTally} from './tallies.js'

const confidence = 0.99
/** Less of a rise than this is what any shared machine does by itself, however certain it is. */
const leastRise = 0.05

/** The share of bad requests in some seconds. Its interval is that of the effective number of requests. */
export const badShareOf = (seconds: readonly SecondTally[]): BadShare => {
  const {bad, total} = added(seconds)
  if (total === 0) return {share: 0, low: 0, high: 1, requests: 0}
  const share = bad / total
  const good = shareInterval(
    {bad, total},
    worthOf({bad, total}, dispersionOf(seconds, confidence), confidence),
    confidence,
  )
  return {share, low: 1 - good.high, high: 1 - good.low, requests: total}
}

/** Above this share, the baseline does not explain it. */
export const mostUsual = (baseline: BadShare): number => baseline.high + leastRise

/** Worse than the baseline beyond doubt, like it, or neither for certain. */
export const besides = (now: BadShare, baseline: BadShare): 'worse' | 'alike' | 'open' => {
  if (now.low > mostUsual(baseline)) return 'worse'
  return now.share <= mostUsual(baseline) ? 'alike' : 'open'
}
