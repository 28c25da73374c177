import type {RunRecord} from '../../run/record.js'
import {formatRate} from '../../scenarios/quantities.js'
import {residualOf} from '../../verdict/outcome.js'
import {spansOf} from '../../verdict/windows.js'
import {count, elapsed, percent} from '../../verdict/words.js'
import {budgetEffects, faultEffects} from '../effect-phrases.js'
import {marks} from '../layout.js'
import {loadRemarks} from '../load-phrases.js'
import {againOf, faultOf, latencyOriginOf, latenessOf, offsetOf, resolutionOf} from '../phrases.js'
import type {Report} from '../reporter.js'
import {course} from './course.js'
import {html, type Markup} from './markup.js'
import {numbered} from './numbered.js'
import {loadSource} from './sources.js'
import {table} from './table.js'

/** The verdict first, in one sentence, with what to do about it. */
export const head = ({verdict, record}: Report): Markup => {
  const {outcome, summary, advice, counterfactual} = verdict
  const shown = counterfactual
    ? html`<p>${counterfactual.shown ? 'With the protections off, the objectives that had to fail did.' : 'With the protections off, not all of the objectives that had to fail did.'}</p>`
    : undefined
  return html`<header><div><h1>${record.header.plan.scenario.name}</h1><p class="dim">${record.header.plan.scenario.summary}</p></div><button type="button" id="theme" aria-label="Switch between light and dark">◐</button></header>
<section class="verdict ${outcome}" aria-label="Verdict"><p class="word ${outcome}">${marks[outcome]} ${outcome.toUpperCase()}</p><p>${summary}.</p>${shown}${advice.map((line) => html`<p>→ ${line}</p>`)}</section>`
}

/** Whether the experiment happened, and how well the load generator kept time: apart from what was measured. */
export const validity = (report: Report): Markup => {
  const {validity: checks} = report.verdict
  const {generator} = report.summary
  const failed = checks.filter(({ok}) => !ok).length
  const said =
    failed === 0
      ? `The experiment happened: ${checks.length} of ${checks.length} checks hold.`
      : `${failed} of ${checks.length} checks do not hold.`
  const health = generator
    ? html`<p title="${loadSource(report)}">Generator: ${latenessOf(report)}, ${generator.cpu ? `${percent(generator.cpu.mean)} of a core, ` : ''}${count(generator.skipped)} skipped, at most ${generator.maxInFlight} in flight.</p>`
    : undefined
  return html`<section><h2>Validity and generator</h2><p${failed > 0 ? html` class="trouble"` : undefined}>${said}</p>${health}<details${failed > 0 ? html` open` : undefined}><summary>Every check</summary>${table(
    ['', 'check', 'measured'],
    checks.map(({name, ok, message}) => [ok ? '✔' : '✘', name, message]),
  )}</details></section>`
}

/** The plots; their numbers are put in by the script. */
export const plots = (report: Report): Markup =>
  course({
    latencyOrigin: latencyOriginOf(report),
    source: loadSource(report),
    hasDip: spansOf(report.record).dip !== undefined,
  })

/** Whether all was undone, as far as the record knows: one that was cut off does not know it. */
const undoneOf = (record: RunRecord): string => {
  const residual = residualOf(record)
  if (residual.length > 0)
    return `Still broken: ${residual.map(({fault, remedy}) => `${fault}: ${remedy}`).join('; ')}`
  return record.end
    ? 'Everything that was changed was undone.'
    : 'The record was cut off: it does not say that everything was undone. shakedown restore sees to it.'
}

/** What was done to the system, when, and whether it was undone. */
export const deeds = (report: Report): Markup => {
  const {record, summary, verdict} = report
  const told = [...faultEffects(report), ...budgetEffects(verdict.objectives)]
  return html`<section><h2>What was done, and what it did</h2>
<ul>${record.header.plan.faults.map((fault) => html`<li>${faultOf(fault)}</li>`)}${told.map((line) => html`<li>${line}</li>`)}<li>${undoneOf(record)}</li></ul>
<details open><summary>Timeline</summary>${table(
    ['no.', 'time', 'event'],
    numbered(summary.timeline).map(({number, offsetMs, kind, text}) => [
      number ?? '',
      offsetOf(offsetMs),
      kind === 'trouble' ? html`<span class="trouble">${text}</span>` : text,
    ]),
    [0, 1],
  )}</details></section>`
}

export const load = (report: Report): Markup | undefined => {
  const {load: rows} = report.summary
  if (rows.length === 0) return undefined
  const latency = (ms: number | undefined): string => (ms === undefined ? '–' : elapsed(ms))
  return html`<section><h2>Load, latency ${latencyOriginOf(report)}</h2>${table(
    ['phase', 'request', 'sent', 'rate', 'errors', 'p50', 'p90', 'p99', 'max'],
    rows.map(({phase, request, sent, sentPerSecond, errorRatio, latencyMs}) => ({
      source: loadSource(report, phase),
      cells: [
        phase,
        request,
        count(sent),
        formatRate(sentPerSecond),
        percent(errorRatio),
        ...(['p50', 'p90', 'p99', 'max'] as const).map((name) => latency(latencyMs?.[name])),
      ],
    })),
    [2, 3, 4, 5, 6, 7, 8],
  )}${loadRemarks(report.summary).map((line) => html`<p>${line}</p>`)}</section>`
}

/** Where every number comes from, and how to run it again. */
export const provenance = (report: Report): Markup => {
  const {header, end} = report.record
  const rows: [string, string][] = [
    ['run', header.runId],
    ['begun', new Date(header.createdMs).toISOString()],
    ['ended', end?.ended ?? 'cut off'],
    ['record', report.recordPath],
    ['scenario', header.source.path],
    ['target', header.plan.target.name],
    ['seed', String(header.seed)],
    ['engine', header.plan.scenario.load.engine],
    [
      'versions',
      Object.entries(header.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['machine', `${header.machine.cpus} × ${header.machine.cpuModel}, ${header.machine.platform}`],
    ['again', againOf(report)],
  ]
  return html`<section><h2>Where this comes from</h2><dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd><code>${value}</code></dd>`)}</dl><p class="dim">${resolutionOf(report)}</p>
<details><summary>The scenario as it was read</summary><pre><code>${header.source.text}</code></pre></details></section>`
}
