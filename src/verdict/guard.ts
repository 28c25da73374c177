import type {Guard} from '../scenarios/scenario.js'

/** What a guard's expression answered at a time. Undefined, or NaN, when it answered nothing. */
export interface GuardObservation {
  atMs: number
  value: number | undefined
}

export interface GuardVerdict {
  state: 'ok' | 'tripped'
  /** For how long the limit has been broken without a break, up to the newest observation; 0 when it holds. */
  brokenForMs: number
  /** Observations without a value. They trip nothing, and must be reported: the guard was blind then. */
  missing: number
}

const known = (value: number | undefined): value is number => value !== undefined && !Number.isNaN(value)

const breaks = ({above, below}: Guard, value: number): boolean =>
  (above !== undefined && value > above) || (below !== undefined && value < below)

/**
 * Judges a guard on its observations so far, in time order. It trips at an observation that breaks the limit, when
 * every known one in the `forMs` before it did too. An observation without a value trips nothing by itself, and does
 * not start the time anew: an outage that also takes metrics away must not hold the guard off.
 */
export const judgeGuard = (guard: Guard, observations: readonly GuardObservation[]): GuardVerdict => {
  let brokenSinceMs: number | undefined
  let brokenForMs = 0
  let tripped = false
  for (const {atMs, value} of observations) {
    if (!known(value)) continue
    brokenSinceMs = breaks(guard, value) ? (brokenSinceMs ?? atMs) : undefined
    brokenForMs = brokenSinceMs === undefined ? 0 : atMs - brokenSinceMs
    tripped ||= brokenSinceMs !== undefined && brokenForMs >= guard.forMs
  }
  const missing = observations.filter(({value}) => !known(value)).length
  return {state: tripped ? 'tripped' : 'ok', brokenForMs, missing}
}

/** Only whether the guard stops the run. */
export const guardState = (guard: Guard, observations: readonly GuardObservation[]): GuardVerdict['state'] =>
  judgeGuard(guard, observations).state
