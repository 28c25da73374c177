import {formatRate} from '../scenarios/quantities.js'
import type {ObjectiveVerdict} from '../verdict/verdict.js'
import {count, elapsed, percent} from '../verdict/words.js'
import {budgetEffects, edgeEffects, faultEffects} from './effect-phrases.js'
import {clip, columns, hanging, marks, type Paint, painter, plain, styles, tableLines} from './layout.js'
import {loadRemarks} from './load-phrases.js'
import {
  againOf,
  caveatOf,
  confidenceOf,
  latencyOriginOf,
  latenessOf,
  offsetOf,
  resolutionOf,
} from './phrases.js'
import type {Report, Reporter} from './reporter.js'
import {objectiveRows} from './terminal-objectives.js'

/** The report for a person at a terminal: the verdict first, then what to do, then the evidence. */
const terminal: Reporter = {
  summary: 'For people: verdict, evidence, timeline, load.',
  extension: 'txt',
  render: (report, {color, width}) => {
    const page: Page = {
      report,
      paint: painter(color),
      width: Math.max(leastWidth, Math.min(width, mostWidth)),
    }
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

/** Narrower than this nothing can be read, and wider nobody does. */
const leastWidth = 20
const mostWidth = 120
const leastForColumns = 60

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

/** A title over a section, on as many lines as it takes. */
const titled = (text: string, {paint, width}: Page): string[] =>
  hanging('', text, width).map((line) => paint('bold', line))

const objectives = (page: Page): string[] => {
  const {report, paint, width} = page
  const all = report.verdict.objectives
  if (all.length === 0) return []
  const rows = objectiveRows(all, width)
  const confidence = confidenceOf(all)
  const caveat = caveatOf(report)
  return [
    ...titled(confidence ? `Objectives, with ${confidence} intervals` : 'Objectives', page),
    ...(caveat ? hanging('  ', caveat, width).map((line) => paint('yellow', line)) : []),
    ...all.flatMap((one, index) => [
      ...marked(rows[index] ?? [], one.outcome, paint),
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
      ...marked(
        hanging('  ✔ ', `the experiment happened: ${checks.length} of ${checks.length} checks`, width),
        'pass',
        paint,
      ),
    ]
  }
  const told = failed.flatMap(({name, message}) =>
    marked(hanging('  ✘ ', `${name}: ${message}`, width), 'fail', paint),
  )
  return [
    title,
    ...told,
    ...hanging('    ', `${checks.length - failed.length} of ${checks.length} checks hold`, width),
  ]
}

const timeline = (page: Page): string[] => {
  const {report, paint, width} = page
  const moments = report.summary.timeline
  if (moments.length === 0) return []
  const offsetWidth = Math.max(...moments.map(({offsetMs}) => offsetOf(offsetMs).length))
  const style = {phase: 'dim', fault: 'cyan', trouble: 'red', note: 'reset'} as const
  return [
    ...titled('Timeline, from the first request', page),
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
    {width, head: (line) => paint('dim', line)},
  )
  const before = hanging('  ', 'Edges that changed, baseline → fault → recovery:', width)
  return [
    paint('bold', 'What it did'),
    ...told.flatMap((line) => hanging('  ', line, width)),
    ...(edges.length > 0 ? [...before.map((line) => paint('dim', line)), ...table] : []),
  ]
}

const load = (page: Page): string[] => {
  const {report, paint, width} = page
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
    ...titled(`Load, latency ${latencyOriginOf(report)}`, page),
    ...body,
    ...loadRemarks(report.summary).flatMap((line) => hanging('  ', line, width)),
    ...(health ? hanging('  ', health, width).map((line) => paint('dim', line)) : []),
  ]
}

/** To be copied: a path or a command is never broken, the terminal does that without a line end. */
const footer = ({report, paint, width}: Page): string[] => {
  const rows = [
    ['Record', report.recordPath],
    ['Seed', String(report.record.header.seed)],
    ['Again', againOf(report)],
  ]
  return (width < leastForColumns ? rows.flat() : columns(rows)).map((line) => paint('dim', line))
}
