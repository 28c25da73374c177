import type {RunRecord} from '../run/record.js'
import {phaseNames} from '../scenarios/scenario.js'
import {courseOf as faultCourseOf} from '../verdict/fault-course.js'
import {spansOf} from '../verdict/windows.js'
import {edges} from './html/calls.js'
import {html, jsonBlock, type Markup, markup} from './html/markup.js'
import {numbered} from './html/numbered.js'
import {objectives} from './html/objectives.js'
import {deeds, head, load, plots, provenance, validity} from './html/page.js'
import {courseOf} from './html/series.js'
import type {Assets, Report, Reporter} from './reporter.js'

/** The report to look at: one file that needs no network, with the course of the run to zoom into. */
const page: Reporter = {
  summary: 'To look at: one self-contained page with plots, the call graph and every number.',
  extension: 'html',
  render: (report, {assets}) => {
    if (!assets) throw new TypeError('a page needs its assets')
    return `${document(report, assets).markup}\n`
  },
}
export default page

interface Band {
  kind: string
  from: number
  to: number
}

/** Phases first, faults over them: seconds from the first request. */
const bandsOf = (record: RunRecord, startedMs: number): Band[] => {
  const spans = spansOf(record)
  const band = (kind: string, fromMs: number, toMs: number): Band => ({
    kind,
    from: (fromMs - startedMs) / 1000,
    to: (toMs - startedMs) / 1000,
  })
  return [
    ...([...phaseNames, 'dip', 'restored'] as const).flatMap((phase) => {
      const span = spans[phase]
      return span ? [band(phase, span.startMs, span.endMs)] : []
    }),
    ...record.header.plan.faults.flatMap(({id}) => {
      const course = faultCourseOf(record, id)
      return course ? [band('injected', course.fromMs, course.toMs)] : []
    }),
  ]
}

const document = (report: Report, {css, plotCss, plotJs, js}: Assets): Markup => {
  const {record, summary, verdict} = report
  const startedMs = summary.startedMs ?? record.header.createdMs
  const drawn = {
    course: courseOf(record, startedMs),
    bands: bandsOf(record, startedMs),
    marks: numbered(summary.timeline).flatMap(({number, offsetMs, kind, text}) =>
      number === undefined ? [] : [{at: offsetMs / 1000, number, kind, text}],
    ),
  }
  const title = `${record.header.plan.scenario.name}: ${verdict.outcome}`
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"><title>${title}</title><style>${markup(plotCss)}${markup(css)}</style></head><body>
${head(report)}${objectives(report)}${validity(report)}${deeds(report)}${plots(report)}${edges(report)}${load(report)}${provenance(report)}
${jsonBlock('course', drawn)}<script>${markup(plotJs)}</script><script>${markup(js)}</script></body></html>`
}
