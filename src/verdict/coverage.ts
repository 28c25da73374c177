import {type Matcher, PromqlError, selectorsOf} from '../promql/index.js'
import type {Counter} from './counting.js'
import {type Observations, select} from './observations.js'
import {sampleTimes} from './sample-times.js'
import {staleAfterIntervals} from './share.js'
import {elapsed} from './words.js'

/** The samples that a range selector reads: in (fromMs, toMs], epoch ms. */
interface Reach {
  text: string
  matchers: Matcher[]
  fromMs: number
  toMs: number
}

/** Ranges around the time of evaluation. One at another time (`@`) is its writer's own business. */
const reachesOf = (expression: string, atMs: number): Reach[] => {
  try {
    return selectorsOf(expression).flatMap(({text, matchers, rangeMs, aheadMs = 0, at}) =>
      rangeMs === undefined || at !== undefined
        ? []
        : [{text, matchers, fromMs: atMs - rangeMs, toMs: Math.min(atMs, atMs + aheadMs)}],
    )
  } catch (thrown) {
    if (!(thrown instanceof PromqlError)) throw thrown
    return []
  }
}

/** Times at which a metric was seen, or its target was asked and did not answer: absent then, and not overlooked. */
export const seenTimes = (family: readonly Counter[], targets: readonly Counter[]): number[] => {
  const times = new Set(sampleTimes(family))
  for (const {t, v} of targets) {
    for (let at = v.indexOf(0); at >= 0; at = v.indexOf(0, at + 1)) {
      const tMs = t[at]
      if (tMs !== undefined) times.add(tMs)
    }
  }
  return [...times].sort((a, b) => a - b)
}

/** The longest time without a sample in a reach; before the first one of all, the metric was not born yet. */
export const longestGapMs = (
  times: readonly number[],
  {fromMs, toMs}: Pick<Reach, 'fromMs' | 'toMs'>,
): number => {
  const first = times[0]
  if (first === undefined) return 0
  let before = Math.max(fromMs, first)
  let longest = 0
  for (const atMs of times) {
    if (atMs > fromMs) longest = Math.max(longest, Math.min(atMs, toMs) - before)
    if (atMs >= toMs) return longest
    before = Math.max(before, atMs)
  }
  return Math.max(longest, toMs - before)
}

/**
 * Why a range in the expression was not wholly observed, or nothing. Sums and rates over half of a range are numbers
 * like any other: whether there are samples all along must be asked of the samples. Judged by the whole metric of the
 * job, as one of its series may rightly begin late (the first error) or end early (a replica that was killed).
 */
export const coverageLack = (
  expression: string,
  atMs: number,
  observed: Observations,
): string | undefined => {
  const limitMs = staleAfterIntervals * observed.intervalMs
  for (const reach of reachesOf(expression, atMs)) {
    const ofFamily = reach.matchers.filter(({label}) => label === '__name__' || label === 'job')
    const ofJob = reach.matchers.filter(({label}) => label === 'job')
    const family = select(observed, ofFamily)
    const targets = select(observed, [{label: '__name__', op: '=', value: 'up'}, ...ofJob])
    const gapMs = longestGapMs(seenTimes(family, targets), reach)
    if (family.length > 0 && gapMs > limitMs)
      return `stale data: ${reach.text} has no sample for ${elapsed(gapMs)} of what the query reads; the limit is ${elapsed(limitMs)}`
  }
  return undefined
}
