import {regularisedBeta} from './beta.js'

/** A two-sided confidence interval of a share. */
export interface Interval {
  low: number
  high: number
}

export type Decision = 'pass' | 'fail' | 'inconclusive'

/** Halves [0, 1] until two neighbouring numbers are left; `below(x)` holds up to the point looked for. */
const bisect = (below: (x: number) => boolean): number => {
  let low = 0
  let high = 1
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return middle
    if (below(middle)) low = middle
    else high = middle
  }
}

/**
 * The exact two-sided interval of a binomial share: Clopper and Pearson, Biometrika 26 (1934). It covers the true
 * share at least as often as it says, for any share and any number of events. Counts may have fractions.
 */
export const clopperPearson = (good: number, total: number, confidence: number): Interval => {
  const tail = (1 - confidence) / 2
  const bad = total - good
  return {
    low: good <= 0 ? 0 : bisect((share) => regularisedBeta(share, good, bad + 1) < tail),
    high: bad <= 0 ? 1 : bisect((share) => regularisedBeta(1 - share, bad, good + 1) > tail),
  }
}

/** Pass when the whole interval meets the target, fail when none of it does. */
export const decide = ({low, high}: Interval, target: number): Decision => {
  if (low >= target) return 'pass'
  return high < target ? 'fail' : 'inconclusive'
}

/** Whether `total` events with this share would decide: the tests that the two ends of the interval invert. */
const decides = (share: number, total: number, target: number, tail: number): boolean => {
  const good = share * total
  return share > target
    ? regularisedBeta(target, good, total - good + 1) <= tail
    : regularisedBeta(1 - target, total - good, good + 1) < tail
}

/** The chance of so many bad events or more, if the true share of good ones were `target`: a binomial tail. */
export const chanceOfMiss = (good: number, total: number, target: number): number => {
  const bad = total - good
  return bad <= 0 ? 1 : regularisedBeta(1 - target, bad, good + 1)
}

const most = 1e9

/**
 * About how many events, all told, decide if the share stays what it is now. Undefined when more than a billion
 * would be needed: the share is the target, or as good as.
 */
export const eventsToDecide = (share: number, target: number, confidence: number): number | undefined => {
  if (share === target) return undefined
  const tail = (1 - confidence) / 2
  let high = 1
  while (!decides(share, high, target, tail)) {
    high *= 2
    if (high > most) return undefined
  }
  let low = high / 2
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (decides(share, middle, target, tail)) high = middle
    else low = middle
  }
  return Math.ceil(high)
}
