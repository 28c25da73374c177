import {envelopesFit} from './envelope-check.js'
import {type Check, durationAt, entries, error, type Finding, field, text, warning} from './findings.js'
import {loadIsWhole, namesDiffer, templatesFit} from './load-check.js'
import {profileFitsTheRun} from './profile-check.js'
import {formatDuration} from './quantities.js'
import {type PhaseName, phaseNames} from './scenario.js'
import {isRecord} from './shapes.js'
import {closest, orKnown} from './suggest.js'
import type {Vocabulary} from './vocabulary.js'
import type {Path} from './yaml-file.js'

const lists = [['load', 'requests'], ['objectives'], ['guards']]

/** An alert is its own name unless it has another. */
const nameOf = (entry: unknown): string | undefined =>
  text(field(entry, 'name')) ?? text(field(entry, 'alert'))

const noNameTwice: Check = (file) =>
  lists.flatMap((path) => {
    const seen = new Set<string>()
    return entries(field(file, ...path)).flatMap(([index, entry]) => {
      const name = nameOf(entry)
      if (name === undefined) return []
      if (seen.has(name)) {
        const key = field(entry, 'name') === undefined ? 'alert' : 'name'
        return [error([...path, index, key], `the name "${name}" is taken by an earlier entry`)]
      }
      seen.add(name)
      return []
    })
  })

const engineIsKnown: Check = (file, {engines, fitEngine}) => {
  const engine = text(field(file, 'load', 'engine'))
  if (engine === undefined || engines.includes(engine)) return []
  // Perhaps somebody else's: whoever can load it says whether it is there.
  if (fitEngine !== undefined && closest(engine, engines) === undefined) return []
  return [error(['load', 'engine'], `unknown engine "${engine}"${orKnown(engine, engines)}`)]
}

const namesOf = (objectives: [number, unknown][]): string[] => [
  ...new Set(objectives.flatMap(([, objective]) => nameOf(objective) ?? [])),
]

const isMeasured = (objective: unknown): boolean =>
  ['good', 'bad', 'latency'].some((key) => field(objective, key) !== undefined)

const recoveryFits: Check = (file) => {
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

const comparisonFits: Check = (file) => {
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
    if (entries(field(objective, 'during')).some(([, phase]) => phase === 'baseline')) {
      found.push(
        error(['objectives', index, 'during'], 'the baseline is what the other phases are compared with'),
      )
    }
    return found
  })
}

const mustFailIsKnown: Check = (file) => {
  const names = namesOf(entries(file['objectives']))
  const path = ['counterfactual', 'must-fail']
  return entries(field(file, ...path)).flatMap(([index, entry]) => {
    const name = text(entry)
    if (name === undefined || names.includes(name)) return []
    return [error([...path, index], `there is no objective "${name}"${orKnown(name, names)}`)]
  })
}

const faultsFitTheirPhase: Check = (file) => {
  const phaseMs = durationAt(field(file, 'phases', 'fault'))
  if (phaseMs === undefined) return []
  return entries(file['faults']).flatMap(([index, entry]) =>
    Object.entries(isRecord(entry) ? entry : {}).flatMap(([name, options]) => {
      const atMs = durationAt(field(options, 'at')) ?? 0
      const forMs = durationAt(field(options, 'for'))
      const phase = `the fault phase of ${formatDuration(phaseMs)}`
      if (atMs >= phaseMs) return [error(['faults', index, name, 'at'], `starts after ${phase}`)]
      if (forMs === undefined || atMs + forMs <= phaseMs) return []
      return [
        error(['faults', index, name, 'for'], `would end at ${formatDuration(atMs + forMs)}, after ${phase}`),
      ]
    }),
  )
}

const isPhase = (value: unknown): value is PhaseName => phaseNames.some((name) => name === value)

/** An objective judged in a phase of no length would be inconclusive for ever. */
const phasesHaveLength: Check = (file) => {
  const isEmpty = (phase: PhaseName): boolean => durationAt(field(file, 'phases', phase)) === 0
  const found = entries(file['objectives']).flatMap(([index, objective]) => {
    const given = field(objective, 'during')
    const during: unknown =
      given ?? (field(objective, 'recovers') === undefined ? ['fault', 'recovery'] : ['recovery'])
    // The fault phase has a length: its schema sees to it.
    const empty = entries(during).filter(([, phase]) => isPhase(phase) && phase !== 'fault' && isEmpty(phase))
    const path = (at: number): Path => ['objectives', index, ...(given === undefined ? [] : ['during', at])]
    return empty.map(([at, phase]) => error(path(at), `is judged in the ${phase} phase, which has no length`))
  })
  const blind = isEmpty('baseline') && entries(file['faults']).length > 0
  const message =
    'without a baseline nobody can tell the effect of a fault from a system that was sick before'
  return blind ? [...found, warning(['phases', 'baseline'], message)] : found
}

/** Exact intervals never reach 100 %: such an objective can fail, but not pass. */
const targetsCanBeShown: Check = (file) =>
  entries(file['objectives']).flatMap(([index, objective]) =>
    /^\s*100(\.0+)? ?%\s*$/.test(text(field(objective, 'target')) ?? '')
      ? [
          warning(
            ['objectives', index, 'target'],
            'no number of events shows 100%: ask for a little less, or use a query with expect: "== 0"',
          ),
        ]
      : [],
  )

const queryKeys = {
  good: 'selector',
  bad: 'selector',
  total: 'selector',
  latency: 'selector',
  query: 'expression',
} as const

/** As long as `$phase`, so that columns in messages stay right. */
const samplePhase = '10000s'

const queriesParse: Check = (file, {checkQuery}) => {
  const check = (path: Path, expression: unknown, kind: 'expression' | 'selector'): Finding[] => {
    if (typeof expression !== 'string' || expression === '') return []
    const problem = checkQuery?.(expression.replaceAll('$phase', samplePhase), kind)
    return problem === undefined ? [] : [error(path, problem)]
  }
  return [
    ...entries(file['objectives']).flatMap(([index, objective]) =>
      Object.entries(queryKeys).flatMap(([key, kind]) =>
        check(['objectives', index, key], field(objective, key), kind),
      ),
    ),
    ...entries(file['guards']).flatMap(([index, guard]) =>
      check(['guards', index, 'stop-when'], field(guard, 'stop-when'), 'expression'),
    ),
  ]
}

const checks = [
  noNameTwice,
  engineIsKnown,
  loadIsWhole,
  namesDiffer,
  templatesFit,
  recoveryFits,
  comparisonFits,
  mustFailIsKnown,
  faultsFitTheirPhase,
  envelopesFit,
  phasesHaveLength,
  targetsCanBeShown,
  profileFitsTheRun,
  queriesParse,
]

/** Everything that is wrong between the parts of a scenario file. */
export const crossCheck = (file: unknown, vocabulary: Vocabulary): Finding[] =>
  isRecord(file) ? checks.flatMap((check) => check(file, vocabulary)) : []
