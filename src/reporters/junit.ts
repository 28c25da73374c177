import {casesOf, type Result, secondsOf, type TestCase} from './junit-cases.js'
import {plain} from './layout.js'
import {loadRemarks} from './load-phrases.js'
import {resolutionOf} from './phrases.js'
import type {Report, Reporter} from './reporter.js'
import {content, tag} from './xml.js'

/**
 * The report for CI: one test case per objective and phase, one per condition of validity. Its elements and attributes
 * are those that Jenkins's junit-10.xsd knows, and, but for `system-out` in test cases, those of the schema of Ant.
 */
const junit: Reporter = {
  summary: 'For CI: a test case per objective and phase, and per condition of validity.',
  extension: 'xml',
  render: (report) => `<?xml version="1.0" encoding="UTF-8"?>\n${suites(report)}\n`,
}
export default junit

/** Most characters of output in a test case, and of a suite: servers keep what they are sent, for each run of a job. */
const mostOfCase = 8_000
const mostOfSuite = 64_000

const suites = (report: Report): string => {
  const cases = casesOf(report)
  const of = (kind: Result['kind']): number => cases.filter(({result}) => result.kind === kind).length
  const {header} = report.record
  const time = secondsOf(report.summary.phases).toFixed(3)
  const counts = {tests: cases.length, failures: of('failure'), errors: of('error')}
  const name = nameOf(header.plan.scenario.name)
  // The schema of Ant wants the time without a zone, a host, and a number for each suite.
  const timestamp = new Date(header.createdMs).toISOString().slice(0, 19)
  const own = {skipped: of('skipped'), time, timestamp, hostname: 'localhost', package: 'shakedown', id: 0}
  return [
    `${tag('testsuites', {name: 'shakedown', ...counts, time})}>`,
    `  ${tag('testsuite', {name, ...counts, ...own})}>`,
    ...propertyLines(propertiesOf(report)),
    ...cases.flatMap((one) => caseLines(one, name)),
    `    <system-out>${content(clipped(outputOf(report), mostOfSuite))}</system-out>`,
    '    <system-err></system-err>',
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')
}

/** A name in one line; readers refuse, or drop, a case without one. */
const nameOf = (text: string): string => plain(text) || 'unnamed'

/** The beginning of a text that is too long, and that it was. */
const clipped = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}\n… ${text.length - most} more characters left out`

const outputOf = (report: Report): string =>
  [report.verdict.summary, ...report.verdict.advice, ...loadRemarks(report.summary)].join('\n')

const propertiesOf = (report: Report): Record<string, string | number> => {
  const {
    record: {header},
    verdict,
    recordPath,
  } = report
  return {
    outcome: verdict.outcome,
    runId: header.runId,
    created: new Date(header.createdMs).toISOString(),
    seed: header.seed,
    mode: header.mode,
    target: header.plan.target.name,
    record: recordPath,
    shakedown: header.versions.shakedown,
    counting: resolutionOf(report),
  }
}

const propertyLines = (properties: Record<string, string | number>): string[] => [
  '    <properties>',
  ...Object.entries(properties).map(([name, value]) => `      ${tag('property', {name, value})}/>`),
  '    </properties>',
]

const caseLines = ({name, result, seconds, output}: TestCase, classname: string): string[] => [
  `    ${tag('testcase', {name: nameOf(name), classname, time: seconds.toFixed(3)})}>`,
  ...resultLine(result, output),
  `      <system-out>${content(clipped(output, mostOfCase))}</system-out>`,
  '    </testcase>',
]

/** GitLab shows what is in the element, GitHub's and Jenkins's pages its message: it stands in both. */
const resultLine = (result: Result, output: string): string[] => {
  if (result.kind === 'passed') return []
  const {kind, type, message} = result
  const attributes = {type, message: clipped(plain(message), mostOfCase)}
  return [`      ${tag(kind, attributes)}>${content(clipped(output, mostOfCase))}</${kind}>`]
}
