import {type Check, durationAt, entries, error, field, warning} from './findings.js'
import {formatDuration} from './quantities.js'

const phaseKeys = ['warm-up', 'baseline', 'fault', 'recovery']

/** Length of the run, or nothing when a phase is missing or wrong, which is told elsewhere. */
const runLength = (phases: unknown): number | undefined =>
  phaseKeys.reduce<number | undefined>((sum, key) => {
    const lengthMs = durationAt(field(phases, key) ?? (key === 'warm-up' ? '3s' : undefined))
    return sum === undefined || lengthMs === undefined ? undefined : sum + lengthMs
  }, 0)

/** Load that the end of the run cuts off is odd; a spike that never comes is another experiment. */
export const profileFitsTheRun: Check = (file) => {
  const runMs = runLength(file['phases'])
  if (runMs === undefined) return []
  const profile = field(file, 'load', 'profile')
  const path = ['load', 'profile']
  const length = `the run of ${formatDuration(runMs)}`
  const spikeAt = durationAt(field(profile, 'spike', 'at')) ?? 0
  if (spikeAt >= runMs) return [error([...path, 'spike', 'at'], `starts after ${length}`)]
  const spikeEnd = spikeAt + (durationAt(field(profile, 'spike', 'for')) ?? 0)
  if (spikeEnd > runMs) return [warning([...path, 'spike', 'for'], `would end after ${length}`)]
  const over = durationAt(field(profile, 'ramp', 'over')) ?? 0
  if (over > runMs) return [warning([...path, 'ramp', 'over'], `longer than ${length}: the ramp is cut off`)]
  let startMs = 0
  return entries(field(profile, 'steps')).flatMap(([index, step]) => {
    const late = startMs >= runMs
    startMs += durationAt(field(step, 'for')) ?? 0
    return late ? [warning([...path, 'steps', index], `would start after ${length}, so it never comes`)] : []
  })
}
