import type {DipLine} from './record.js'

/** What callers noticed while a replica went. */
export interface Dip {
  ratePerSecond: number
  /** The worst second, as a share of what was offered in it; 1 is no dip. */
  lowestShare: number
  /** Requests that were answered with 5xx, not answered or not sent from then on. */
  lost: number
  /** Until the last second in which more than a hundredth was lost, from when it went; 0 where none was. */
  lastedMs: number
}

const noticed = 0.01

/** Reads the dip from the seconds after the replica went. */
export const dipOf = ({atMs, trial}: DipLine): Dip | undefined => {
  const after = trial.seen?.seconds.filter((second) => second.atMs + 1000 > atMs) ?? []
  if (after.length === 0) return undefined
  const badIn = ({lost, errors}: (typeof after)[number]): number => lost + errors
  const shares = after.map((second) => (second.offered === 0 ? 0 : badIn(second) / second.offered))
  const last = after.findLast((second) => second.offered > 0 && badIn(second) / second.offered > noticed)
  return {
    ratePerSecond: trial.ratePerSecond,
    lowestShare: 1 - Math.max(...shares),
    lost: after.reduce((sum, second) => sum + badIn(second), 0),
    lastedMs: last === undefined ? 0 : Math.max(0, last.atMs + 1000 - atMs),
  }
}
