import {phaseNames} from '../scenarios/scenario.js'
import type {Observations} from './observations.js'
import {sampleTimes} from './sample-times.js'
import {staleAfterIntervals} from './share.js'
import {faultChecks} from './validity-faults.js'
import {loadChecks} from './validity-load.js'
import {worldChecks} from './validity-world.js'
import type {ObjectiveVerdict, ValidityCheck} from './verdict.js'
import type {Window} from './windows.js'
import {elapsed, list} from './words.js'

/** Whether the experiment happened: what must be true before any objective means something. */
export const checkValidity = (
  observed: Observations,
  baseline: readonly ObjectiveVerdict[],
): ValidityCheck[] => [
  recordComplete(observed),
  ...loadChecks(observed),
  ...faultChecks(observed),
  metricsFresh(observed),
  ...worldChecks(observed),
  ...baselineGood(baseline),
]

const recordComplete = ({record: {end}}: Observations): ValidityCheck => ({
  name: 'record complete',
  ok: end !== undefined,
  message: end ? 'the record ends as it should' : 'the record has no end: the run was cut off',
})

/** The source of metrics must have been alive in every phase, from edge to edge. */
const metricsFresh = ({record, windows, intervalMs}: Observations): ValidityCheck => {
  const name = 'metrics fresh'
  const sorted = sampleTimes(record.series)
  const limitMs = staleAfterIntervals * intervalMs
  const gaps = phaseNames.flatMap((phase) => {
    const window = windows[phase]
    const gapMs = window ? longestGapMs(sorted, window) : 0
    return gapMs > limitMs ? [`no sample for ${elapsed(gapMs)} in the ${phase} phase`] : []
  })
  const limit = `the limit is ${elapsed(limitMs)}`
  if (gaps.length > 0) return {name, ok: false, message: `${list(gaps)}; ${limit}`}
  return {
    name,
    ok: true,
    message: `no gap in the samples longer than ${staleAfterIntervals} intervals; ${limit}`,
  }
}

const longestGapMs = (sorted: readonly number[], {startMs, endMs}: Window): number => {
  let before = Number.NEGATIVE_INFINITY
  let longest = 0
  for (const atMs of sorted) {
    if (atMs > startMs) longest = Math.max(longest, Math.min(atMs, endMs) - Math.max(before, startMs))
    if (atMs >= endMs) return longest
    before = atMs
  }
  return Math.max(longest, endMs - Math.max(before, startMs))
}

/** A system that was sick before the fault proves nothing. Too little data in the baseline is not held against it. */
const baselineGood = (baseline: readonly ObjectiveVerdict[]): ValidityCheck[] => {
  if (baseline.length === 0) return []
  const failed = baseline.filter(({outcome}) => outcome === 'fail')
  const name = 'baseline good'
  if (failed.length === 0)
    return [{name, ok: true, message: 'no objective was missed before the first fault'}]
  const which = failed.map((verdict) => `"${verdict.name}": ${verdict.message}`)
  return [{name, ok: false, message: `the baseline already missed ${which.join('; ')}`}]
}
