import {ReplayFile} from './files/replay-log.js'
import {type Check, durationAt, entries, error, type Finding, field, warning} from './findings.js'
import {formatDuration} from './quantities.js'
import type {Path} from './yaml-file.js'

const phaseKeys = ['warm-up', 'baseline', 'fault', 'recovery']

/** Length of the run, or nothing when a phase is missing or wrong, which is told elsewhere. */
const runLength = (phases: unknown): number | undefined => {
  const dip = field(phases, 'dip')
  const dipMs = ['for', 'restored'].reduce((sum, key) => sum + (durationAt(field(dip, key)) ?? 0), 0)
  return phaseKeys.reduce<number | undefined>((sum, key) => {
    const lengthMs = durationAt(field(phases, key) ?? (key === 'warm-up' ? '3s' : undefined))
    return sum === undefined || lengthMs === undefined ? undefined : sum + lengthMs
  }, dipMs)
}

interface Place {
  profile: unknown
  path: Path
}

/** The profiles of the load, wherever they stand. */
const profilesOf = (file: unknown): Place[] => {
  const load = field(file, 'load')
  return [
    {profile: field(load, 'profile'), path: ['load', 'profile']},
    ...entries(field(load, 'streams')).map(([index, stream]) => ({
      profile: field(stream, 'profile'),
      path: ['load', 'streams', index, 'profile'],
    })),
  ]
}

const stepsFit = ({profile, path}: Place, runMs: number): Finding[] => {
  const length = `the run of ${formatDuration(runMs)}`
  let startMs = 0
  return entries(field(profile, 'steps')).flatMap(([index, step]) => {
    const late = startMs >= runMs
    startMs += durationAt(field(step, 'for')) ?? 0
    return late ? [warning([...path, 'steps', index], `would start after ${length}, so it never comes`)] : []
  })
}

const spikeFits = ({profile, path}: Place, runMs: number): Finding[] => {
  const length = `the run of ${formatDuration(runMs)}`
  const at = durationAt(field(profile, 'spike', 'at')) ?? 0
  if (at >= runMs) return [error([...path, 'spike', 'at'], `starts after ${length}`)]
  const end = at + (durationAt(field(profile, 'spike', 'for')) ?? 0)
  return end > runMs ? [warning([...path, 'spike', 'for'], `would end after ${length}`)] : []
}

/** Keys that say how long a rate changes. */
const rises = [
  {kind: 'ramp', key: 'over'},
  {kind: 'breakpoint', key: 'over'},
  {kind: 'soak', key: 'ramp'},
]

const riseFits = ({profile, path}: Place, runMs: number): Finding[] =>
  rises.flatMap(({kind, key}) => {
    const lengthMs = durationAt(field(profile, kind, key)) ?? 0
    const message = `longer than the run of ${formatDuration(runMs)}: the ramp is cut off`
    return lengthMs > runMs ? [warning([...path, kind, key], message)] : []
  })

/** A rise that nothing can end is a ramp. */
const breakpointCanEnd = (file: Record<string, unknown>, {profile, path}: Place): Finding[] => {
  if (field(profile, 'breakpoint') === undefined) return []
  const kinds = ['good', 'bad', 'latency', 'openslo']
  const measured = entries(file['objectives']).some(([, objective]) =>
    kinds.some((kind) => field(objective, kind) !== undefined),
  )
  const message = 'ends where an objective is missed: it needs one with "good", "bad" or "latency"'
  return measured ? [] : [error([...path, 'breakpoint'], message)]
}

/** A log is as long as it is: what the run does not reach is not sent, and what it does not reach has no load. */
const logFits = (file: unknown, runMs: number): Finding[] => {
  const written = field(file, 'load', 'replay')
  const path = ['load', 'replay', ...(written instanceof ReplayFile ? [] : ['file'])]
  const log = written instanceof ReplayFile ? written : field(written, 'file')
  if (!(log instanceof ReplayFile)) return []
  const speed = field(written, 'speed')
  const factor = typeof speed === 'number' && speed > 0 ? speed : 1
  const lastMs = Math.round((log.entries.at(-1)?.atMs ?? 0) / factor)
  const length = `the run of ${formatDuration(runMs)}`
  if (lastMs >= runMs)
    return [warning(path, `goes on until ${formatDuration(lastMs)}: ${length} cuts it off`)]
  // A last second without a request is how any log may end.
  return lastMs < runMs - 2000
    ? [warning(path, `ends at ${formatDuration(lastMs)}: ${length} has no load from then on`)]
    : []
}

/** Load that the end of the run cuts off is odd; a spike that never comes is another experiment. */
export const profileFitsTheRun: Check = (file) => {
  const runMs = runLength(file['phases'])
  if (runMs === undefined) return []
  const found = profilesOf(file).flatMap((place) => [
    ...spikeFits(place, runMs),
    ...riseFits(place, runMs),
    ...stepsFit(place, runMs),
    ...breakpointCanEnd(file, place),
  ])
  return [...found, ...logFits(file, runMs)]
}
