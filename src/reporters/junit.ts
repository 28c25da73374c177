import type {Outcome} from '../exit-codes.js'
import type {ObjectiveVerdict, ValidityCheck} from '../verdict/verdict.js'
import {askedOf, estimateOf, intervalOf, resolutionOf} from './phrases.js'
import type {Report, Reporter} from './reporter.js'
import {content, tag} from './xml.js'

/** The report for CI: one test case per objective and phase, one per condition of validity. */
const junit: Reporter = {
  summary: 'For CI: a test case per objective and phase, and per condition of validity.',
  extension: 'xml',
  render: (report) => `<?xml version="1.0" encoding="UTF-8"?>\n${suites(report)}\n`,
}
export default junit

/** What became of a test case. `skipped` never counts as passed. */
type Result = {kind: 'passed'} | {kind: 'failure' | 'error' | 'skipped'; type: string; message: string}

interface TestCase {
  name: string
  result: Result
  seconds: number
  properties?: Record<string, string | number>
  output: string
}

const suites = (report: Report): string => {
  const cases = [...runCases(report), ...report.verdict.validity.map(checkCase), ...objectiveCases(report)]
  const of = (kind: Result['kind']): number => cases.filter(({result}) => result.kind === kind).length
  const {header} = report.record
  const time = secondsOf(report.summary.phases)
  const counts = {
    tests: cases.length,
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
    time: time.toFixed(3),
  }
  const name = header.plan.scenario.name
  const timestamp = new Date(header.createdMs).toISOString()
  return [
    `${tag('testsuites', {name: 'shakedown', ...counts})}>`,
    `  ${tag('testsuite', {name, ...counts, timestamp})}>`,
    ...propertyLines(propertiesOf(report), '    '),
    ...cases.flatMap((one) => lines(one, name)),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')
}

const secondsOf = (phases: readonly {startMs: number; endMs: number}[]): number =>
  phases.reduce((sum, {startMs, endMs}) => sum + (endMs - startMs) / 1000, 0)

const propertiesOf = (report: Report): Record<string, string | number> => {
  const {
    record: {header},
    verdict,
    recordPath,
  } = report
  return {
    outcome: verdict.outcome,
    runId: header.runId,
    seed: header.seed,
    mode: header.mode,
    target: header.plan.target.name,
    record: recordPath,
    shakedown: header.versions.shakedown,
    counting: resolutionOf(report),
  }
}

const lines = ({name, result, seconds, properties = {}, output}: TestCase, classname: string): string[] => [
  `    ${tag('testcase', {name, classname, time: seconds.toFixed(3)})}>`,
  ...propertyLines(properties, '      '),
  ...resultLine(result),
  `      <system-out>${content(output)}</system-out>`,
  '    </testcase>',
]

const propertyLines = (properties: Record<string, string | number>, indent: string): string[] => {
  const all = Object.entries(properties).map(
    ([name, value]) => `${indent}  ${tag('property', {name, value})}/>`,
  )
  return all.length === 0 ? [] : [`${indent}<properties>`, ...all, `${indent}</properties>`]
}

const resultLine = (result: Result): string[] => {
  switch (result.kind) {
    case 'passed':
      return []
    case 'skipped':
      return [`      ${tag('skipped', {message: result.message})}/>`]
    case 'failure':
    case 'error':
      return [`      ${tag(result.kind, {type: result.type, message: result.message})}/>`]
  }
}

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
    properties: {
      ...(one.estimate === undefined ? {} : {estimate: one.estimate}),
      ...(one.interval ? {intervalLow: one.interval.low, intervalHigh: one.interval.high} : {}),
      target: `${one.comparator} ${one.target}`,
      unit: one.unit,
      confidence: one.confidence,
    },
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
