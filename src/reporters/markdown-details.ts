import {formatDuration, formatRate} from '../scenarios/quantities.js'
import {elapsed, percent} from '../verdict/words.js'
import {budgetEffects, edgeEffects, faultEffects} from './effect-phrases.js'
import {loadRemarks} from './load-phrases.js'
import {cappedRows, code, inert, type Limits, short, table} from './markdown-text.js'
import {againOf, faultOf, latencyOriginOf, offsetOf, resolutionOf} from './phrases.js'
import type {Report} from './reporter.js'

/** The evidence, folded: faults, what they did, the timeline, the load, and how to run it again. */
export const details = (report: Report, limits: Limits): string[] => {
  const {header} = report.record
  const again = againOf(report)
  return [
    '<details><summary>Faults, timeline, load, how to run it again</summary>',
    '',
    ...header.plan.faults
      .slice(0, limits.rows)
      .map(
        (fault) => `- ${short(faultOf(fault), limits)}, for ${formatDuration(fault.endMs - fault.startMs)}`,
      ),
    '',
    ...effects(report, limits),
    ...timeline(report, limits),
    '',
    ...load(report, limits),
    `${resolutionOf(report)} Latency is ${latencyOriginOf(report)}.`,
    '',
    `Record ${code(report.recordPath)}, run ${code(header.runId)}, seed ${header.seed}. Again: ${code(again.slice(0, limits.length))}`,
    '',
    '</details>',
  ]
}

const effects = (report: Report, limits: Limits): string[] => {
  const told = [...faultEffects(report), ...budgetEffects(report.verdict.objectives)]
  const edges = edgeEffects(report.summary.effects)
  return [
    ...told.slice(0, limits.rows).map((line) => `- ${short(line, limits)}`),
    '',
    ...(edges.length === 0
      ? []
      : [
          ...table(
            ['edge', 'attempts per call: baseline → fault → recovery', 'failed attempts'],
            edges.map(({edge, attempts, failed}) => [inert(edge), attempts, failed]),
          ),
          '',
        ]),
  ]
}

const timeline = ({summary}: Report, limits: Limits): string[] =>
  table(
    ['time', 'event'],
    cappedRows(
      summary.timeline.map(({offsetMs, text}) => [offsetOf(offsetMs), short(text, limits)]),
      limits,
    ),
  )

const load = ({summary}: Report, limits: Limits): string[] => {
  const rows = summary.load.map(({phase, request, sentPerSecond, errorRatio, latencyMs}) => [
    phase,
    short(request, limits),
    formatRate(sentPerSecond),
    percent(errorRatio),
    ...[latencyMs?.p50, latencyMs?.p99, latencyMs?.max].map((ms) => (ms === undefined ? '–' : elapsed(ms))),
  ])
  const remarks = loadRemarks(summary)
  return [
    ...(rows.length > 0
      ? [...table(['phase', 'request', 'rate', 'errors', 'p50', 'p99', 'max'], cappedRows(rows, limits)), '']
      : []),
    ...remarks.slice(0, limits.rows).map((line) => `- ${short(line, limits)}`),
    ...(remarks.length > 0 ? [''] : []),
  ]
}
