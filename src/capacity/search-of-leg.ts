import type {Finding} from './finding.js'
import {type CapacityHeader, type CapacityLine, overloadLeg, wholeLeg} from './record.js'
import {observe, startSearch} from './search.js'
import type {SearchState} from './search-state.js'
import type {Trial} from './trial.js'

/** The trials of one leg, in their order. */
export const trialsOf = (lines: readonly CapacityLine[], leg: string): Trial[] =>
  lines.flatMap((line) => (line.kind === 'trial' && line.leg === leg ? [line.trial] : []))

/** The smallest rate at which a guard tripped while nothing was missing. */
export const trippedIn = (lines: readonly CapacityLine[]): number | undefined => {
  const tripped = [wholeLeg, overloadLeg]
    .flatMap((leg) => trialsOf(lines, leg))
    .flatMap(({final, ratePerSecond}) => (final === true ? [ratePerSecond] : []))
  return tripped.length === 0 ? undefined : Math.min(...tripped)
}

/** What there was before the first trial of a leg: all, where there is none yet. */
const beforeLeg = (lines: readonly CapacityLine[], leg: string): readonly CapacityLine[] => {
  const first = lines.findIndex((line) => line.kind === 'trial' && line.leg === leg)
  return first < 0 ? lines : lines.slice(0, first)
}

/**
 * The search of the whole system, or of a leg: that one begins at half of what the whole system carries, and goes no
 * higher than that where a guard had tripped beyond it by then.
 */
export const searchOf = (
  {options}: CapacityHeader,
  lines: readonly CapacityLine[],
  leg: string,
  whole?: Pick<Finding, 'heldPerSecond'>,
): SearchState => {
  const held = whole?.heldPerSecond
  const most =
    held === undefined || trippedIn(beforeLeg(lines, leg)) === undefined ? options.mostPerSecond : held
  const limits =
    held === undefined ? {} : {startPerSecond: held / 2, mostPerSecond: Math.min(options.mostPerSecond, most)}
  return trialsOf(lines, leg).reduce(observe, startSearch({...options, ...limits}))
}
