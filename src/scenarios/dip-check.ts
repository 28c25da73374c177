import {type Check, durationAt, entries, error, field, warning} from './findings.js'
import {holdNeededMs} from './hold.js'
import {formatDuration} from './quantities.js'
import {isRecord} from './shapes.js'

const whyNot: Record<string, string> = {
  ramp: 'its rate changes by itself',
  steps: 'its rate changes by itself',
  spike: 'its rate changes by itself',
  breakpoint: 'it rises until something breaks',
  connections: 'in a closed loop the target decides how much load it gets',
}

/** What takes load away must find it held: else nobody could say which of the two made the difference. */
export const dipFitsTheLoad: Check = (file) => {
  if (field(file, 'phases', 'dip') === undefined) return []
  const load = field(file, 'load')
  const profiles = [
    field(load, 'profile'),
    ...entries(field(load, 'streams')).map(([, stream]) => field(stream, 'profile')),
  ]
  const kinds = profiles.flatMap((profile) => (isRecord(profile) ? Object.keys(profile) : []))
  const unfit = [...new Set(kinds)].flatMap((kind) =>
    whyNot[kind] === undefined ? [] : [`not with "${kind}": ${whyNot[kind]}`],
  )
  const log = field(load, 'replay') === undefined ? [] : ['not with "replay": a log has the rate that it had']
  return [...unfit, ...log].map((reason) =>
    error(['phases', 'dip'], `${reason}; a dip needs "constant" or "soak"`),
  )
}

/** How much of the fault phase is left when the last fault has gone: the load is held then, too. */
const restOfFaultPhase = (file: unknown): number => {
  const phaseMs = durationAt(field(file, 'phases', 'fault')) ?? 0
  const ends = entries(field(file, 'faults')).flatMap(([, fault]) =>
    Object.values(isRecord(fault) ? fault : {}).map((options) => {
      const forMs = durationAt(field(options, 'for'))
      return forMs === undefined ? phaseMs : (durationAt(field(options, 'at')) ?? 0) + forMs
    }),
  )
  return phaseMs - Math.max(0, ...(ends.length > 0 ? ends : [phaseMs]))
}

/** A hold that is too short tells nobody whether a failure lasts. */
export const recoveryIsLongEnough: Check = (file) => {
  const recoveryMs = durationAt(field(file, 'phases', 'recovery'))
  const longestTimeoutMs = durationAt(field(file, 'phases', 'longest-timeout'))
  const asked = longestTimeoutMs !== undefined || field(file, 'phases', 'dip') !== undefined
  if (!asked || recoveryMs === undefined) return []
  const neededMs = holdNeededMs(longestTimeoutMs === undefined ? {} : {longestTimeoutMs})
  if (recoveryMs + restOfFaultPhase(file) >= neededMs) return []
  const why =
    longestTimeoutMs === undefined
      ? 'where "longest-timeout" does not say what is'
      : `five times the longest timeout of ${formatDuration(longestTimeoutMs)}`
  const message = `too short to tell a lasting failure from its aftermath: ${formatDuration(neededMs)} is enough, ${why}`
  return [warning(['phases', 'recovery'], message)]
}
