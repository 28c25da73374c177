import type {Phases} from './scenario.js'

/**
 * For so many times the longest timeout the load must be held after a fault, before what is left of it can be told from
 * its own aftermath.
 */
const timeouts = 5
/** Where nobody says what the longest timeout is: five times the 2 s of a common breaker window. */
const unknownHoldMs = 10_000

/** How long the load must be held after the last fault for a failure to be called lasting. */
export const holdNeededMs = ({longestTimeoutMs}: Pick<Phases, 'longestTimeoutMs'>): number =>
  longestTimeoutMs === undefined ? unknownHoldMs : timeouts * longestTimeoutMs
