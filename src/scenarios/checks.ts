import {dipFitsTheLoad, recoveryIsLongEnough} from './dip-check.js'
import {envelopesFit} from './envelope-check.js'
import {failuresAreJudged} from './failure-check.js'
import {type Check, durationAt, entries, error, type Finding, field, text, warning} from './findings.js'
import {loadIsWhole, namesDiffer, templatesFit} from './load-check.js'
import {lostIsCounted} from './lost-check.js'
import {comparisonFits, nameOf, namesOf, recoveryFits} from './objective-check.js'
import {profileFitsTheRun} from './profile-check.js'
import {formatDuration} from './quantities.js'
import {queriesParse} from './query-check.js'
import {type PhaseName, phaseNames} from './scenario.js'
import {countsAreApart, histogramsAreNamed, targetsCanBeShown} from './selector-check.js'
import {isRecord} from './shapes.js'
import {closest, orKnown} from './suggest.js'
import type {Vocabulary} from './vocabulary.js'
import type {Path} from './yaml-file.js'

const lists = [['load', 'requests'], ['objectives'], ['guards']]

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

const checks = [
  noNameTwice,
  engineIsKnown,
  loadIsWhole,
  namesDiffer,
  templatesFit,
  recoveryFits,
  comparisonFits,
  mustFailIsKnown,
  lostIsCounted,
  faultsFitTheirPhase,
  envelopesFit,
  phasesHaveLength,
  dipFitsTheLoad,
  recoveryIsLongEnough,
  targetsCanBeShown,
  histogramsAreNamed,
  countsAreApart,
  failuresAreJudged,
  profileFitsTheRun,
  queriesParse,
]

/** Everything that is wrong between the parts of a scenario file. */
export const crossCheck = (file: unknown, vocabulary: Vocabulary): Finding[] =>
  isRecord(file) ? checks.flatMap((check) => check(file, vocabulary)) : []
