import {formatRate} from '../scenarios/quantities.js'
import type {ObjectiveVerdict} from '../verdict/verdict.js'
import {count, elapsed, percent} from '../verdict/words.js'
import {budgetEffects, edgeEffects, faultEffects} from './effect-phrases.js'
import {clip, columns, hanging, marks, type Paint, painter, plain, styles, tableLines} from './layout.js'
import {loadRemarks} from './load-phrases.js'
import {
  againOf,
  askedOf,
  caveatOf,
  confidenceOf,
  estimateOf,
  intervalOf,
  latencyOriginOf,
  latenessOf,
  offsetOf,
  resolutionOf,
} from './phrases.js'
import type {Report, Reporter} from './reporter.js'

/** The report for a person at a terminal: the verdict first, then what to do, then the evidence. */
const terminal: Reporter = {
  summary: 'For people: verdict, evidence, timeline, load.',
  extension: 'txt',
  render: (report, {color, width}) => {
    const page: Page = {report, paint: painter(color), width: Math.max(60, Math.min(width, 120))}
    const sections = [verdict, objectives, validity, timeline, effects, load, footer].map((section) =>
      section(page),
    )
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`
  },
}
export default terminal

interface Page {
  report: Report
  paint: Paint
  width: number
}

/** Paints the first occurrence of a mark in a line, after the layout is done: escape sequences have no width. */
const marked = (lines: string[], outcome: ObjectiveVerdict['outcome'], paint: Paint): string[] =>
  lines.map((line, index) =>
    index === 0 ? line.replace(marks[outcome], (mark) => paint(styles[outcome], mark)) : line,
  )

const verdict = ({report, paint, width}: Page): string[] => {
  const {outcome, summary, advice, counterfactual} = report.verdict
  const word = `${marks[outcome]} ${outcome.toUpperCase()}`
  const [first = '', ...rest] = hanging(
    `${word}  `,
    `${report.record.header.plan.scenario.name}: ${summary}`,
    width,
  )
  const shown = counterfactual
    ? hanging(
        '  ',
        counterfactual.shown
          ? 'With the protections off, the objectives that had to fail did.'
          : `With the protections off, these had to fail and did not: ${counterfactual.mustFail.filter((name) => !counterfactual.failed.includes(name)).join(', ')}.`,
        width,
      )
    : []
  return [
    first.replace(word, (text) => paint(['bold', styles[outcome]], text)),
    ...rest,
    ...shown,
    ...advice.flatMap((line) => hanging('  → ', line, width)),
  ]
}

const objectives = ({report, paint, width}: Page): string[] => {
  const all = report.verdict.objectives
  if (all.length === 0) return []
  const nameWidth = Math.max(16, width - 56)
  const rows = columns(
    all.map((one) => [
      `  ${marks[one.outcome]} ${clip(plain(one.name), nameWidth)}`,
      one.phase,
      estimateOf(one),
      intervalOf(one),
      askedOf(one),
    ]),
    [2],
  )
  const confidence = confidenceOf(all)
  const caveat = caveatOf(report)
  return [
    paint('bold', confidence ? `Objectives, with ${confidence} intervals` : 'Objectives'),
    ...(caveat ? [`  ${paint('yellow', caveat)}`] : []),
    ...all.flatMap((one, index) => [
      ...marked([rows[index] ?? ''], one.outcome, paint),
      ...(one.outcome === 'pass' ? [] : hanging('      ', one.message, width)),
    ]),
    ...hanging('  ', resolutionOf(report), width).map((line) => paint('dim', line)),
  ]
}

/** One line when all is well; what failed is told in full. */
const validity = ({report, paint, width}: Page): string[] => {
  const checks = report.verdict.validity
  const failed = checks.filter(({ok}) => !ok)
  const title = paint('bold', 'Validity')
  if (failed.length === 0) {
    return [
      title,
      ...marked([`  ✔ the experiment happened: ${checks.length} of ${checks.length} checks`], 'pass', paint),
    ]
  }
  const told = failed.flatMap(({name, message}) =>
    marked(hanging('  ✘ ', `${name}: ${message}`, width), 'fail', paint),
  )
  return [title, ...told, `    ${checks.length - failed.length} of ${checks.length} checks hold`]
}

const timeline = ({report, paint, width}: Page): string[] => {
  const moments = report.summary.timeline
  if (moments.length === 0) return []
  const offsetWidth = Math.max(...moments.map(({offsetMs}) => offsetOf(offsetMs).length))
  const style = {phase: 'dim', fault: 'cyan', trouble: 'red', note: 'reset'} as const
  return [
    paint('bold', 'Timeline, from the first request'),
    ...moments.flatMap(({offsetMs, kind, text}) =>
      hanging(`  ${offsetOf(offsetMs).padStart(offsetWidth)}  `, text, width).map((line) =>
        paint(style[kind], line),
      ),
    ),
  ]
}

const effects = ({report, paint, width}: Page): string[] => {
  const told = [...faultEffects(report), ...budgetEffects(report.verdict.objectives)]
  const edges = edgeEffects(report.summary.effects)
  if (told.length === 0 && edges.length === 0) return []
  const table = tableLines(
    ['edge', 'attempts per call', 'failed attempts'],
    edges.map(({edge, attempts, failed}) => [clip(plain(edge), Math.max(16, width - 54)), attempts, failed]),
    {width, head: (line) => paint('dim', `${line} (baseline → fault → recovery)`)},
  )
  return [
    paint('bold', 'What it did'),
    ...told.flatMap((line) => hanging('  ', line, width)),
    ...(edges.length > 0 ? table : []),
  ]
}

const load = ({report, paint, width}: Page): string[] => {
  const {load: rows, generator} = report.summary
  if (rows.length === 0) return []
  const latency = (ms: number | undefined): string => (ms === undefined ? '–' : elapsed(ms))
  const body = tableLines(
    ['phase', 'request', 'sent', 'rate', 'errors', 'p50', 'p90', 'p99', 'max'],
    rows.map(({phase, request, sent, sentPerSecond, errorRatio, latencyMs}) => [
      phase,
      clip(plain(request), Math.max(10, width - 70)),
      count(sent),
      formatRate(sentPerSecond),
      percent(errorRatio),
      ...(['p50', 'p90', 'p99', 'max'] as const).map((name) => latency(latencyMs?.[name])),
    ]),
    {width, right: [2, 3, 4, 5, 6, 7, 8], head: (line) => paint('dim', line)},
  )
  const health = generator
    ? `Generator: ${latenessOf(report)}, ${generator.cpu ? `${percent(generator.cpu.mean)} of a core, ` : ''}${count(generator.skipped)} skipped, at most ${generator.maxInFlight} in flight.`
    : ''
  return [
    paint('bold', `Load, latency ${latencyOriginOf(report)}`),
    ...body,
    ...loadRemarks(report.summary).flatMap((line) => hanging('  ', line, width)),
    ...(health ? hanging('  ', health, width).map((line) => paint('dim', line)) : []),
  ]
}

const footer = ({report, paint}: Page): string[] =>
  columns([
    ['Record', report.recordPath],
    ['Seed', String(report.record.header.seed)],
    ['Again', againOf(report)],
  ]).map((line) => paint('dim', line))
