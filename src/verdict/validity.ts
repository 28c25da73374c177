import {phaseNames} from '../scenarios/scenario.js'
import type {Observations} from './observations.js'
import {staleAfterIntervals} from './share.js'
import {loadChecks} from './validity-load.js'
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
  ...faultsBit(observed),
  metricsFresh(observed),
  ...baselineGood(baseline),
]

const recordComplete = ({record: {end}}: Observations): ValidityCheck => ({
  name: 'record complete',
  ok: end !== undefined,
  message: end ? 'the record ends as it should' : 'the record has no end: the run was cut off',
})

/** One check for each planned fault, but for those that a stopped run never came to. */
const faultsBit = ({record}: Observations): ValidityCheck[] => {
  const {plan} = record.header
  const started = record.events.find(({event}) => event === 'load-started')?.atMs ?? 0
  const ranMs = record.end && record.end.ended !== 'completed' ? record.end.atMs - started : plan.durationMs
  return plan.faults
    .filter(({startMs}) => startMs <= ranMs)
    .map(({id, fault, aim}) => {
      const name = `fault ${id} took effect`
      const check = (ok: boolean, why: string): ValidityCheck => ({
        name,
        ok,
        message: `${fault} (${aim.does}) ${why}`,
      })
      if (!record.events.some((event) => event.event === 'fault-applied' && event.fault === id)) {
        return check(false, 'was never applied')
      }
      const seen = record.events.flatMap((event) =>
        event.event === 'fault-seen' && event.fault === id ? [event.evidence] : [],
      )
      const yes = seen.find(({bit}) => bit === 'yes')
      if (yes) return check(true, `took effect: ${yes.observations.join('; ')}`)
      const last = seen.at(-1)
      if (!last) return check(false, 'was applied, but nobody looked whether it took effect')
      const said = last.bit === 'no' ? 'did not take effect' : 'was not seen to take effect'
      return check(false, `${said}: ${last.observations.join('; ') || 'no observations'}`)
    })
}

/** The source of metrics must have been alive in every phase, from edge to edge. */
const metricsFresh = ({record, windows, intervalMs}: Observations): ValidityCheck => {
  const name = 'metrics fresh'
  const times = new Set<number>()
  for (const {t, v} of record.series) {
    for (const [index, atMs] of t.entries()) if (v[index] !== null) times.add(atMs)
  }
  const sorted = [...times].sort((one, other) => one - other)
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
