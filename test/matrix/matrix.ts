import type {RunRecord} from '../../src/run/record.js'
import type {Objective} from '../../src/scenarios/scenario.js'
import {judge} from '../../src/verdict/judge.js'
import type {Verdict} from '../../src/verdict/verdict.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {type Defect, defects, oddities, recoveryDefects} from './defects.js'
import {type Subject, subjects} from './objectives.js'
import {spoiledRuns} from './spoiled-runs.js'

/** One thing that is wrong, what must come of it, and what does. */
export interface Case {
  what: string
  expected: Verdict['outcome']
  got: Verdict['outcome']
  /** Why, as the user reads it. */
  reason: string
}

/** A record with something wrong in it, and what it is judged by. */
export interface Preparation {
  what: string
  expected: Verdict['outcome']
  record: RunRecord
  /** Those of the record when left out. */
  objectives?: Objective[]
  /** The objective that it is about, where there are others that it needs. */
  subject?: string
}

/**
 * Where the data is odd and the answer is right all the same; everything else must be inconclusive.
 * Counters keep through a gap what they counted in it, a query may ask for what is still there, and nothing counted is
 * a number where the question is whether few were.
 */
const right: Record<string, Verdict['outcome']> = {
  'bad of total: nothing in the first half of the fault phase': 'pass',
  'good of total: nothing in the first half of the fault phase': 'pass',
  'query, instant: nothing in the first half of the fault phase': 'pass',
  'query, instant: a flat line: nothing counted at all': 'pass',
  'query, rate over the phase: a flat line: nothing counted at all': 'fail',
  'query, fewer than: a flat line: nothing counted at all': 'pass',
  'query, fewer than: another route label': 'pass',
  'query, worst of several: a flat line: nothing counted at all': 'fail',
  'query, any of several: a flat line: nothing counted at all': 'fail',
  'query, all of several: a flat line: nothing counted at all': 'fail',
  'relative to the baseline: nothing in the first half of the fault phase': 'pass',
  'relative to a saved run: nothing in the first half of the fault phase': 'pass',
  // The alert does not ask for a route.
  'alert that must not fire: another route label': 'pass',
  // By the upper end of when it was good again.
  'recovery: nothing in the first half of the recovery phase': 'pass',
  // The sum of what is counted since the restart.
  'query, instant: a restart in the middle of the fault phase': 'fail',
}

const reasonOf = ({summary, validity, objectives}: Verdict): string =>
  validity.find(({ok}) => !ok)?.message ??
  objectives.find(({outcome}) => outcome !== 'pass')?.message ??
  summary

/** Judges what was prepared: by its subject where the run itself is sound, else as a whole. */
export const judged = ({what, expected, record, objectives, subject}: Preparation): Case => {
  const verdict = judge(record, objectives ? {objectives} : {})
  const own = verdict.objectives.find(({name}) => name === subject)
  const isOfObjectives = ['pass', 'fail', 'inconclusive'].includes(verdict.outcome)
  if (own && isOfObjectives) return {what, expected, got: own.outcome, reason: own.message}
  return {what, expected, got: verdict.outcome, reason: reasonOf(verdict)}
}

const prepared = (name: string, defect: string, spoil?: Defect): Preparation => {
  // The table is closed: every name in it is one of a subject.
  const subject: Subject = (subjects as Record<string, Subject>)[name] as Subject
  const record = paymentSlowRecord()
  subject.prepare?.(record)
  spoil?.(record, subject.of)
  const what = `${name}: ${defect}`
  return {
    what,
    expected: right[what] ?? (spoil ? 'inconclusive' : 'pass'),
    record,
    objectives: [subject.objective, ...(subject.beside ?? [])],
    subject: subject.objective.name,
  }
}

/** The sound record by each of these objectives (all by default), and every defect in the data of each. */
export const ofData = (names: readonly string[] = Object.keys(subjects)): Preparation[] => {
  const all: [string, Subject][] = Object.entries(subjects).filter(([name]) => names.includes(name))
  return [
    ...all.map(([name]) => prepared(name, 'sound data')),
    ...all.flatMap(([name, {recovers}]) =>
      Object.entries<Defect>(recovers ? recoveryDefects : defects).map(([defect, spoil]) =>
        prepared(name, defect, spoil),
      ),
    ),
    ...all.flatMap(([name]) =>
      Object.entries<Defect>(oddities).map(([oddity, spoil]) => ({
        ...prepared(name, oddity, spoil),
        expected: right[`${name}: ${oddity}`] ?? ('pass' as const),
      })),
    ),
  ]
}

/** Runs that were no experiment. */
const ofRuns = (): Preparation[] =>
  Object.entries(spoiledRuns).map(([what, {expected, spoil}]) => {
    const record = paymentSlowRecord()
    spoil(record)
    return {what: `run: ${what}`, expected, record}
  })

/** Everything that can be wrong, judged from records alone. */
export const matrix = (): Case[] => [...ofData(), ...ofRuns()].map(judged)
