import type {RunRecord} from '../../src/run/record.js'
import {judge} from '../../src/verdict/judge.js'
import type {Verdict} from '../../src/verdict/verdict.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {defects} from './defects.js'
import {subjects} from './objectives.js'
import {spoiledRuns} from './spoiled-runs.js'

/** One thing that is wrong, what must come of it, and what does. */
export interface Case {
  what: string
  expected: Verdict['outcome']
  got: Verdict['outcome']
  /** Why, as the user reads it. */
  reason: string
}

type Subject = keyof typeof subjects
type Defect = keyof typeof defects

/**
 * Where the data is odd and the answer is right all the same; everything else must be inconclusive.
 * Counters keep through a gap what they counted in it, a query may ask for what is still there, and nothing counted is
 * a number where the question is whether few were.
 */
const right: Partial<Record<`${Subject}: ${Defect}`, Verdict['outcome']>> = {
  'bad of total: nothing in the first half of the fault phase': 'pass',
  'good of total: nothing in the first half of the fault phase': 'pass',
  'query, instant: nothing in the first half of the fault phase': 'pass',
  'query, instant: a flat line: nothing counted at all': 'pass',
  'query, rate over the phase: a flat line: nothing counted at all': 'fail',
  'query, fewer than: a flat line: nothing counted at all': 'pass',
  'query, fewer than: another route label': 'pass',
}

const reasonOf = ({summary, validity, objectives}: Verdict): string =>
  validity.find(({ok}) => !ok)?.message ??
  objectives.find(({outcome}) => outcome !== 'pass')?.message ??
  summary

const judged = (record: RunRecord, what: string, expected: Verdict['outcome'], by?: Subject): Case => {
  const verdict = judge(record, by ? {objectives: [subjects[by].objective]} : {})
  return {what, expected, got: verdict.outcome, reason: reasonOf(verdict)}
}

// Object.keys forgets the names; both tables are closed.
const subjectNames = Object.keys(subjects) as Subject[]
const defectNames = Object.keys(defects) as Defect[]

/** The sound record by each objective, every defect in the data of each, and runs that were no experiment. */
export const matrix = (): Case[] => [
  ...subjectNames.map((by) => judged(paymentSlowRecord(), `${by}: sound data`, 'pass', by)),
  ...subjectNames.flatMap((by) =>
    defectNames.map((defect) => {
      const record = paymentSlowRecord()
      defects[defect](record, subjects[by].of)
      const what = `${by}: ${defect}` as const
      return judged(record, what, right[what] ?? 'inconclusive', by)
    }),
  ),
  ...Object.entries(spoiledRuns).map(([what, {expected, spoil}]) => {
    const record = paymentSlowRecord()
    spoil(record)
    return judged(record, `run: ${what}`, expected)
  }),
]
