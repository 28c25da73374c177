import {type Check, durationAt, entries, error, type Finding, field, text} from './findings.js'
import {formatDuration} from './quantities.js'
import {orKnown} from './suggest.js'

/** An alert is its own name unless it has another. */
export const nameOf = (entry: unknown): string | undefined =>
  text(field(entry, 'name')) ?? text(field(entry, 'alert'))

/** Names of objectives, each once. */
export const namesOf = (objectives: [number, unknown][]): string[] => [
  ...new Set(objectives.flatMap(([, objective]) => nameOf(objective) ?? [])),
]

/** Made of counted events, so that others can ask after it. */
const isMeasured = (objective: unknown): boolean =>
  ['good', 'bad', 'latency'].some((key) => field(objective, key) !== undefined)

/** What recovers is there, has been broken, and is given no more time than there is. */
export const recoveryFits: Check = (file) => {
  const objectives = entries(file['objectives'])
  const measured = namesOf(objectives.filter(([, objective]) => isMeasured(objective)))
  const recoveryMs = durationAt(field(file, 'phases', 'recovery'))
  return objectives.flatMap(([index, objective]) => {
    const recovers = text(field(objective, 'recovers'))
    if (recovers === undefined) return []
    const within = durationAt(field(objective, 'within')) ?? 0
    const found: Finding[] = []
    if (!measured.includes(recovers)) {
      const message = `there is no good, bad or latency objective "${recovers}"${orKnown(recovers, measured)}`
      found.push(error(['objectives', index, 'recovers'], message))
    }
    if (recoveryMs !== undefined && within > recoveryMs) {
      const message = `longer than the recovery phase (${formatDuration(recoveryMs)}), so it could never be shown`
      found.push(error(['objectives', index, 'within'], message))
    }
    if (entries(file['faults']).length === 0) {
      found.push(error(['objectives', index, 'recovers'], 'there is no fault to recover from'))
    }
    return found
  })
}

/** What is compared is there, and so is what it is compared with. */
export const comparisonFits: Check = (file) => {
  const objectives = entries(file['objectives'])
  const measured = namesOf(objectives.filter(([, objective]) => isMeasured(objective)))
  return objectives.flatMap(([index, objective]) => {
    const compares = text(field(objective, 'compares'))
    if (compares === undefined) return []
    const found: Finding[] = []
    if (!measured.includes(compares)) {
      const message = `there is no good, bad or latency objective "${compares}"${orKnown(compares, measured)}`
      found.push(error(['objectives', index, 'compares'], message))
    }
    const to = field(objective, 'to')
    if (to !== undefined && to !== 'baseline') return found
    if (entries(field(objective, 'during')).some(([, phase]) => phase === 'baseline')) {
      found.push(
        error(['objectives', index, 'during'], 'the baseline is what the other phases are compared with'),
      )
    }
    if (durationAt(field(file, 'phases', 'baseline')) === 0) {
      const message = 'compares with the baseline, which has no length: give it one, or compare to a record'
      found.push(error(['objectives', index, 'compares'], message))
    }
    return found
  })
}
