import {marks} from './layout.js'
import {baselineLines} from './markdown-baseline.js'
import {details} from './markdown-details.js'
import {cappedRows, inert, type Limits, short, table} from './markdown-text.js'
import {askedOf, caveatOf, confidenceOf, estimateOf, intervalOf} from './phrases.js'
import type {Report, Reporter} from './reporter.js'

/** The report for a pull request: verdict and objectives in sight, the evidence folded away. */
const markdown: Reporter = {
  summary: 'For a pull request: short, with the evidence folded away.',
  extension: 'md',
  render: (report) => fitting(report, mostBytes),
}
export default markdown

/** GitHub takes 65,536 characters in a comment; bytes are never fewer. */
const mostBytes = 65_536

/** The less fits, the fewer rows a table has and the shorter the texts in it are. */
const tighter: Limits[] = [
  {rows: 500, length: 2000},
  {rows: 100, length: 400},
  {rows: 40, length: 160},
  {rows: 10, length: 60},
  {rows: 3, length: 30},
]

const fitting = (report: Report, bytes: number): string => {
  let text = ''
  for (const limits of tighter) {
    text = `${sections(report, limits).join('\n')}\n`
    if (Buffer.byteLength(text) <= bytes) break
  }
  return text
}

const sections = (report: Report, limits: Limits): string[] => [
  ...head(report, limits),
  ...objectives(report, limits),
  ...validity(report, limits),
  ...baselineLines(report, limits),
  ...details(report, limits),
]

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const head = ({record, verdict}: Report, limits: Limits): string[] => [
  `### ${marks[verdict.outcome]} ${short(record.header.plan.scenario.name, limits)}: ${verdict.outcome}`,
  '',
  `${capital(short(verdict.summary, limits))}.`,
  '',
  ...verdict.advice.slice(0, limits.rows).map((line) => `- ${short(line, limits)}`),
  ...(verdict.advice.length > 0 ? [''] : []),
]

/** What a person sees without opening anything: of many objectives, those that did not pass. */
const mostInSight = 15

const objectives = (report: Report, limits: Limits): string[] => {
  const all = report.verdict.objectives
  if (all.length === 0) return []
  const caveat = caveatOf(report)
  const confidence = confidenceOf(all)
  const open = all.filter(({outcome}) => outcome !== 'pass')
  const shown = all.length > mostInSight ? open : all
  const heads = [
    '',
    'objective',
    'phase',
    'measured',
    confidence ? `${confidence} interval` : 'interval',
    'asked',
  ]
  const rows = shown.map((one) => [
    `${marks[one.outcome]} ${one.outcome}`,
    short(one.name, limits),
    one.phase,
    estimateOf(one),
    intervalOf(one),
    askedOf(one),
  ])
  return [
    ...(caveat ? [caveat, ''] : []),
    ...(rows.length > 0 ? [...table(heads, cappedRows(rows, limits)), ''] : []),
    ...(shown.length < all.length ? [`${all.length - shown.length} more passed.`, ''] : []),
    ...open
      .slice(0, limits.rows)
      .map((one) => `- **${short(one.name, limits)}** (${one.phase}): ${short(one.message, limits)}`),
    ...(open.length > 0 ? [''] : []),
  ]
}

const validity = ({verdict: {validity: checks}}: Report, limits: Limits): string[] => {
  const failed = checks.filter(({ok}) => !ok)
  if (failed.length === 0) return [`Valid: ${checks.length} of ${checks.length} checks.`, '']
  return [
    `**Not valid**, ${failed.length} of ${checks.length} checks failed:`,
    '',
    ...failed
      .slice(0, limits.rows)
      .map(({name, message}) => `- **${inert(name)}**: ${short(message, limits)}`),
    '',
  ]
}
