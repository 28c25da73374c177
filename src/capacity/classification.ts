import {searchedIn} from './searched.js'
import type {Trial} from './trial.js'

/** One rate that was tried, as RFC 9971 (MLRsearch) classifies it, with an exceed ratio of one half. */
export interface LoadClass {
  ratePerSecond: number
  good: number
  bad: number
  /** Trials that decided nothing. */
  undecided: number
  /** Seconds judged. */
  seconds: number
  /**
   * `lower`: more of the judged time was good than bad. `upper`: as much was bad, or more. `undecided`: nothing could be
   * judged.
   */
  kind: 'lower' | 'upper' | 'undecided'
  /** Of the good and bad trials, the largest share of requests that were not good. */
  worstLoss?: number
  /** What was missed first. */
  bound?: string
}

/** Classifies every rate of a search, lowest first; the warm-up, and looks at whether the system came back, are not among them. */
export const classify = (trials: readonly Trial[]): LoadClass[] => {
  const rates = new Map<number, Trial[]>()
  for (const trial of searchedIn(trials)) {
    const known = rates.get(trial.ratePerSecond) ?? []
    rates.set(trial.ratePerSecond, [...known, trial])
  }
  return [...rates].sort(([one], [other]) => one - other).map(([rate, of]) => classOf(rate, of))
}

const classOf = (ratePerSecond: number, trials: readonly Trial[]): LoadClass => {
  const ms = (outcome: Trial['outcome']): number =>
    trials.reduce((sum, trial) => sum + (trial.outcome === outcome ? trial.measureMs : 0), 0)
  const number = (outcome: Trial['outcome']): number => trials.filter((one) => one.outcome === outcome).length
  const [good, bad] = [number('good'), number('bad')]
  const losses = trials.flatMap(({seen, outcome}) =>
    seen && seen.offeredPerSecond > 0 && (outcome === 'good' || outcome === 'bad')
      ? [1 - seen.goodPerSecond / seen.offeredPerSecond]
      : [],
  )
  const bound = trials.find(({outcome}) => outcome === 'bad')?.bound
  return {
    ratePerSecond,
    good,
    bad,
    undecided: trials.length - good - bad,
    seconds: (ms('good') + ms('bad')) / 1000,
    kind: good + bad === 0 ? 'undecided' : ms('good') > ms('bad') ? 'lower' : 'upper',
    ...(losses.length > 0 && {worstLoss: Math.max(...losses)}),
    ...(bound !== undefined && {bound}),
  }
}
