import {formatDuration, formatRate} from '../scenarios/quantities.js'
import {elapsed, percent} from '../verdict/words.js'
import {budgetEffects, edgeEffects, faultEffects} from './effect-phrases.js'
import {marks} from './layout.js'
import {code, inert, table} from './markdown-text.js'
import {
  againOf,
  askedOf,
  caveatOf,
  confidenceOf,
  estimateOf,
  faultOf,
  intervalOf,
  latencyOriginOf,
  offsetOf,
  resolutionOf,
} from './phrases.js'
import type {Report, Reporter} from './reporter.js'

/** The report for a pull request: verdict and objectives in sight, the evidence folded away. */
const markdown: Reporter = {
  summary: 'For a pull request: short, with the evidence folded away.',
  extension: 'md',
  render: (report) =>
    `${[...head(report), ...objectives(report), ...validity(report), ...details(report)].join('\n')}\n`,
}
export default markdown

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const head = ({record, verdict}: Report): string[] => [
  `### ${marks[verdict.outcome]} ${inert(record.header.plan.scenario.name)}: ${verdict.outcome}`,
  '',
  `${capital(inert(verdict.summary))}.`,
  '',
  ...verdict.advice.flatMap((line) => [`- ${inert(line)}`]),
  ...(verdict.advice.length > 0 ? [''] : []),
]

const objectives = (report: Report): string[] => {
  const {verdict} = report
  const caveat = caveatOf(report)
  if (verdict.objectives.length === 0) return []
  const confidence = confidenceOf(verdict.objectives)
  const rows = verdict.objectives.map((one) => [
    `${marks[one.outcome]} ${one.outcome}`,
    inert(one.name),
    one.phase,
    estimateOf(one),
    intervalOf(one),
    askedOf(one),
  ])
  const open = verdict.objectives.filter(({outcome}) => outcome !== 'pass')
  return [
    ...(caveat ? [caveat, ''] : []),
    ...table(
      ['', 'objective', 'phase', 'measured', confidence ? `${confidence} interval` : 'interval', 'asked'],
      rows,
    ),
    '',
    ...open.map((one) => `- **${inert(one.name)}** (${one.phase}): ${inert(one.message)}`),
    ...(open.length > 0 ? [''] : []),
  ]
}

const validity = ({verdict: {validity: checks}}: Report): string[] => {
  const failed = checks.filter(({ok}) => !ok)
  if (failed.length === 0) return [`Valid: ${checks.length} of ${checks.length} checks.`, '']
  return [
    `**Not valid**, ${failed.length} of ${checks.length} checks failed:`,
    '',
    ...failed.map(({name, message}) => `- **${inert(name)}**: ${inert(message)}`),
    '',
  ]
}

const effects = (report: Report): string[] => {
  const told = [...faultEffects(report), ...budgetEffects(report.verdict.objectives)]
  const edges = edgeEffects(report.summary.effects)
  return [
    ...told.map((line) => `- ${inert(line)}`),
    '',
    ...(edges.length === 0
      ? []
      : table(
          ['edge', 'attempts per call: baseline → fault → recovery', 'failed attempts'],
          edges.map(({edge, attempts, failed}) => [inert(edge), attempts, failed]),
        )),
    '',
  ]
}

const details = (report: Report): string[] => {
  const {header} = report.record
  const {load, timeline} = report.summary
  const rows = load.map(({phase, request, sentPerSecond, errorRatio, latencyMs}) => [
    phase,
    inert(request),
    formatRate(sentPerSecond),
    percent(errorRatio),
    ...[latencyMs?.p50, latencyMs?.p99, latencyMs?.max].map((ms) => (ms === undefined ? '–' : elapsed(ms))),
  ])
  return [
    '<details><summary>Faults, timeline, load, how to run it again</summary>',
    '',
    ...header.plan.faults.map(
      (fault) => `- ${inert(faultOf(fault))}, for ${formatDuration(fault.endMs - fault.startMs)}`,
    ),
    '',
    ...effects(report),
    ...table(
      ['time', 'event'],
      timeline.map(({offsetMs, text}) => [offsetOf(offsetMs), inert(text)]),
    ),
    '',
    ...(rows.length > 0 ? table(['phase', 'request', 'rate', 'errors', 'p50', 'p99', 'max'], rows) : []),
    '',
    `${resolutionOf(report)} Latency is ${latencyOriginOf(report)}.`,
    '',
    `Record ${code(report.recordPath)}, run ${code(header.runId)}, seed ${header.seed}. Again: ${code(againOf(report))}`,
    '',
    '</details>',
  ]
}
