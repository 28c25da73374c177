import {formatDuration, formatPercent} from '../scenarios/quantities.js'
import type {Objective} from '../scenarios/scenario.js'
import type {ObjectiveVerdict} from '../verdict/verdict.js'
import {count, percentBeside} from '../verdict/words.js'

/**
 * What a trial says of a share: its counts, which it is judged by. A run's own sentence also tells what its interval leaves
 * open; in a search that is not asked, what is in doubt is tried again.
 */
export const shareInWords = (
  {counts, bounds, target, message, outcome}: ObjectiveVerdict,
  objective: Objective,
): string => {
  if (!counts || counts.total === 0) return message
  const {total} = counts
  const good = total - counts.bad
  const below = objective.kind === 'latency' ? `below ${formatDuration(objective.belowMs)}` : 'good'
  const share = percentBeside(good / total, target)
  const asked = `asked for ${formatPercent(target)}`
  if (bounds === undefined) return `${share} ${below} (${count(good)} of ${count(total)}), ${asked}`
  // Where even the bucket above tells, the verdict's sentence has no interval in it.
  if (outcome !== 'inconclusive' || objective.kind !== 'latency') return message
  const under = bounds.belowMs === undefined ? 'any bucket' : formatDuration(bounds.belowMs)
  const bucket = `no bucket ends at ${formatDuration(objective.belowMs)}`
  return `at least ${share} ${below} (${count(good)} of ${count(total)} below ${under}; ${bucket}), ${asked}`
}
