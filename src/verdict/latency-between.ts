import {formatDuration, formatPercent} from '../scenarios/quantities.js'
import type {LatencyObjective, RatioObjective} from '../scenarios/scenario.js'
import type {ObjectiveVerdict} from './verdict.js'
import {count, percent, plural} from './words.js'

/** What the counts of a share say. */
export interface Measured
  extends Pick<ObjectiveVerdict, 'outcome' | 'message' | 'chance' | 'needs' | 'budget' | 'bounds'> {
  estimate: number
  interval: {low: number; high: number}
  counts: {good: number; bad: number; total: number}
  dispersion: {designEffect: number; effective: number}
}

interface Neighbours {
  /** By what is certainly good: faster than the bound below. */
  below: Measured
  /** By what may be good: faster than the bound above. */
  above: Measured
  bounds: {belowMs?: number; aboveMs: number}
}

/**
 * What a histogram says about a latency that is none of its bounds. The true count lies between those of the bounds next
 * to it: the objective is met when even the lower one meets it, missed when even the higher one misses it, and between
 * the two nobody knows.
 */
export const between = (
  {below, above, bounds}: Neighbours,
  objective: LatencyObjective | RatioObjective,
): Measured => {
  const asked = `asked for ${formatPercent(objective.target)}`
  const limit = objective.kind === 'latency' ? formatDuration(objective.belowMs) : ''
  const interval = {low: below.interval.low, high: above.interval.high}
  // Holm's procedure is about misses: those must be certain.
  const whole = {interval, bounds, ...(above.chance === undefined ? {} : {chance: above.chance})}
  const lower = bounds.belowMs === undefined ? 'none' : formatDuration(bounds.belowMs)
  const upper = formatDuration(bounds.aboveMs)
  const of = ({counts: {good, total}}: Measured): string => `${count(good)} of ${count(total)}`
  if (below.outcome === 'pass') {
    const message = `at least ${percent(below.estimate)} below ${limit} (${of(below)} below ${lower}, the bucket bound under it), ${asked}`
    return {...below, ...whole, message}
  }
  if (above.outcome === 'fail') {
    const message = `at most ${percent(above.estimate)} below ${limit} (${of(above)} below ${upper}, the bucket bound over it), ${asked}`
    return {...above, ...whole, message}
  }
  if (below.counts.total < objective.minSamples) return {...below, ...whole}
  const under = bounds.belowMs === undefined ? '' : `${of(below)} below ${lower}, `
  const shares = `between ${percent(below.estimate)} and ${percent(above.estimate)} below ${limit} (${under}${of(above)} below ${upper}), ${asked}`
  const {needs: _, ...unsure} = below
  return {
    ...unsure,
    ...whole,
    outcome: 'inconclusive',
    ...lacking(below, above, objective.target, shares, limit),
  }
}

/** More events help where both counts are on one side of the target; else only a bucket does. */
const lacking = (
  below: Measured,
  above: Measured,
  target: number,
  shares: string,
  limit: string,
): Pick<Measured, 'message' | 'needs'> => {
  const nearer = above.estimate < target ? above : below
  const isOneSided = below.estimate > target || above.estimate < target
  if (isOneSided && nearer.needs) {
    const needs = `needs about ${plural(nearer.needs.events, 'more event')} at these shares, or a bucket at ${limit}`
    return {message: `${shares}; ${needs}`, needs: nearer.needs}
  }
  return {message: `${shares}; add a bucket at ${limit} to tell`}
}
