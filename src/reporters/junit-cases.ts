import type {Outcome} from '../exit-codes.js'
import type {ObjectiveVerdict, ValidityCheck} from '../verdict/verdict.js'
import {askedOf, estimateOf, intervalOf} from './phrases.js'
import type {Report} from './reporter.js'

/** What became of a test case. `skipped` never counts as passed. */
export type Result = {kind: 'passed'} | {kind: 'failure' | 'error' | 'skipped'; type: string; message: string}

/** One line in the list of tests of a CI server. */
export interface TestCase {
  name: string
  result: Result
  seconds: number
  output: string
}

/** Length of phases together, in seconds. */
export const secondsOf = (phases: readonly {startMs: number; endMs: number}[]): number =>
  phases.reduce((sum, {startMs, endMs}) => sum + (endMs - startMs) / 1000, 0)

/** A case for the run when something besides an objective decided it, one for each check, one for each objective. */
export const casesOf = (report: Report): TestCase[] => [
  ...runCases(report),
  ...report.verdict.validity.map(checkCase),
  ...objectiveCases(report),
]

const runTypes: Partial<Record<Outcome, 'error' | 'failure' | 'skipped'>> = {
  error: 'error',
  residual: 'error',
  interrupted: 'error',
}

/** What concerns no objective gets a case of its own, lest a broken run look like a set of skipped tests. */
const runCases = ({verdict, record, summary}: Report): TestCase[] => {
  const guard = record.end?.ended === 'guard'
  const nothing = verdict.outcome === 'inconclusive' && verdict.objectives.length === 0
  const kind = guard ? 'failure' : nothing ? 'skipped' : runTypes[verdict.outcome]
  if (!kind) return []
  const type = guard ? 'guard' : verdict.outcome
  const output = [verdict.summary, ...verdict.advice].join('\n')
  return [
    {name: 'run', result: {kind, type, message: verdict.summary}, seconds: secondsOf(summary.phases), output},
  ]
}

const checkCase = ({name, ok, message}: ValidityCheck): TestCase => ({
  name: `validity: ${name}`,
  result: ok ? {kind: 'passed'} : {kind: 'error', type: 'invalid', message},
  seconds: 0,
  output: message,
})

const objectiveCases = (report: Report): TestCase[] =>
  report.verdict.objectives.map((one) => ({
    name: `${one.name} (${one.phase})`,
    result: resultOf(one, report.verdict.outcome),
    seconds: secondsOf(report.summary.phases.filter(({phase}) => phase === one.phase)),
    output: [
      one.message,
      `estimate: ${estimateOf(one)}${one.interval ? `, interval: ${intervalOf(one)}` : ''}, asked: ${askedOf(one)}`,
    ].join('\n'),
  }))

/** In a run that did not happen as planned, nothing passed and nothing failed: no objective was put to the test. */
const resultOf = ({outcome, message}: ObjectiveVerdict, run: Outcome): Result => {
  if (run === 'invalid')
    return {kind: 'skipped', type: 'invalid', message: `invalid run: measured all the same: ${message}`}
  switch (outcome) {
    case 'pass':
      return {kind: 'passed'}
    case 'fail':
      return {kind: 'failure', type: 'objective', message}
    case 'inconclusive':
      return {kind: 'skipped', type: 'inconclusive', message: `inconclusive: ${message}`}
  }
}
