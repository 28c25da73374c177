import {leastStepsOfSwing, mostChanges} from './envelope-limits.js'
import {type Check, durationAt, entries, error, type Finding, field} from './findings.js'
import {formatDuration} from './quantities.js'
import {isRecord} from './shapes.js'
import type {Vocabulary} from './vocabulary.js'
import type {Path} from './yaml-file.js'

/** How long the fault lasts, or nothing when what says so is missing or wrong, which is told elsewhere. */
const lengthOf = (options: unknown, phaseMs: number | undefined): number | undefined => {
  const given = field(options, 'for')
  if (given !== undefined) return durationAt(given)
  const atMs = durationAt(field(options, 'at') ?? '0s')
  return phaseMs === undefined || atMs === undefined || atMs >= phaseMs ? undefined : phaseMs - atMs
}

const rampFits = (ramp: unknown, path: Path, lengthMs: number): Finding[] => {
  const inAllMs = (durationAt(field(ramp, 'up')) ?? 0) + (durationAt(field(ramp, 'down')) ?? 0)
  if (inAllMs <= lengthMs) return []
  const length = `which lasts ${formatDuration(lengthMs)}`
  return [error(path, `up and down take ${formatDuration(inAllMs)}, longer than the fault, ${length}`)]
}

/** Something that comes again and again: once must fit into the fault, and all of them into the record. */
const repeats = (everyMs: number | undefined, changes: number, path: Path, lengthMs: number): Finding[] => {
  if (everyMs === undefined || everyMs <= 0) return []
  if (everyMs > lengthMs)
    return [error(path, `longer than the fault, which lasts ${formatDuration(lengthMs)}`)]
  const inAll = Math.ceil((lengthMs / everyMs) * changes)
  if (inAll <= mostChanges) return []
  const least = formatDuration(Math.ceil((lengthMs * changes) / mostChanges / 1000) * 1000)
  const message = `would change the strength ${inAll} times, at most ${mostChanges} are possible: take ${least} or more`
  return [error(path, message)]
}

const shapeFits = (envelope: unknown, path: Path, lengthMs: number): Finding[] => [
  ...rampFits(field(envelope, 'ramp'), [...path, 'ramp'], lengthMs),
  ...repeats(durationAt(field(envelope, 'pulse', 'every')), 2, [...path, 'pulse', 'every'], lengthMs),
  ...repeats(
    durationAt(field(envelope, 'oscillate', 'period')),
    2 * leastStepsOfSwing,
    [...path, 'oscillate', 'period'],
    lengthMs,
  ),
]

const takesNone = (name: string, {faults}: Vocabulary): string => {
  const others = Object.keys(faults).filter((other) => faults[other]?.adjustable)
  const hint = others.length > 0 ? `; these faults take one: ${others.join(', ')}` : ''
  return `${name} is in force or it is not, so it takes no envelope${hint}`
}

/** An envelope must fit into the life of its fault, and the fault must be one whose strength can change. */
export const envelopesFit: Check = (file, vocabulary) => {
  const phaseMs = durationAt(field(file, 'phases', 'fault'))
  return entries(file['faults']).flatMap(([index, entry]) =>
    Object.entries(isRecord(entry) ? entry : {}).flatMap(([name, options]) => {
      const envelope = field(options, 'envelope')
      const fault = Object.hasOwn(vocabulary.faults, name) ? vocabulary.faults[name] : undefined
      if (envelope === undefined || !fault) return []
      const path = ['faults', index, name, 'envelope']
      if (!fault.adjustable) return [error(path, takesNone(name, vocabulary))]
      const lengthMs = lengthOf(options, phaseMs)
      return lengthMs === undefined ? [] : shapeFits(envelope, path, lengthMs)
    }),
  )
}
