import type {Observations} from '../observations.js'
import {secondsIn} from '../seconds.js'
import {chanceOfMiss, clopperPearson} from '../statistics/interval.js'
import {added, talliesIn, usualLimits} from './tallies.js'

/** A second is unlike the baseline when chance makes one like it less often than this. */
const leastChance = 1e-4
/** Fewer requests than this in the baseline are no ground to compare with. */
export const leastRequests = 50

/**
 * Seconds of the load (epoch ms of their start) with more bad requests than the baseline explains: a one-sided binomial
 * test of each against the upper end of the baseline's own share. Undefined when there is no baseline to compare with.
 */
export const deviationsOf = ({record, windows}: Observations): number[] | undefined => {
  const limits = usualLimits(windows.baseline ? secondsIn(record.load, windows.baseline) : [])
  const usual = added(windows.baseline ? talliesIn(record.load, limits, windows.baseline) : [])
  if (usual.total < leastRequests) return undefined
  const share = clopperPearson(usual.bad, usual.total, 0.99).high
  const afterMs = windows.baseline?.endMs ?? 0
  return talliesIn(record.load, limits, undefined).flatMap(({startMs, bad, total}) => {
    const isUnlike = startMs + 1000 > afterMs && chanceOfMiss(total - bad, total, 1 - share) < leastChance
    return isUnlike ? [startMs] : []
  })
}
