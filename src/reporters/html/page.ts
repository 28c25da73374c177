import type {RunRecord} from '../../run/record.js'
import {formatRate} from '../../scenarios/quantities.js'
import {phaseNames} from '../../scenarios/scenario.js'
import type {EdgeEffect} from '../../verdict/effects/effect.js'
import {residualOf} from '../../verdict/outcome.js'
import {lengthMs, spansOf} from '../../verdict/windows.js'
import {count, elapsed, percent} from '../../verdict/words.js'
import {budgetEffects, faultEffects} from '../effect-phrases.js'
import {marks} from '../layout.js'
import {loadRemarks} from '../load-phrases.js'
import {
  againOf,
  askedOf,
  estimateOf,
  faultOf,
  intervalOf,
  latencyOriginOf,
  offsetOf,
  resolutionOf,
} from '../phrases.js'
import type {Report} from '../reporter.js'
import {graphOf, tailOf} from './graph.js'
import {html, type Markup} from './markup.js'
import {scaleOf} from './scale.js'
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

/** A card for each objective in each phase: estimate, interval, target and margin on one scale. */
export const objectives = ({verdict}: Report): Markup | undefined =>
  verdict.objectives.length === 0
    ? undefined
    : html`<section><h2>Objectives</h2><div class="cards">${verdict.objectives.map(
        (one) =>
          html`<article class="card"><h3>${one.name}</h3><p class="dim">${one.phase}, asked for ${askedOf(one)}</p><p><span class="word ${one.outcome}">${marks[one.outcome]} ${one.outcome}</span> <span class="figure" title="${one.message}">${estimateOf(one)}</span> <span class="dim">${intervalOf(one)}</span></p>${scaleOf(one)}<p class="dim">${one.message}</p></article>`,
      )}</div></section>`

export const validity = (report: Report): Markup => {
  const {validity: checks} = report.verdict
  const failed = checks.filter(({ok}) => !ok).length
  const said =
    failed === 0
      ? `The experiment happened: ${checks.length} of ${checks.length} checks hold.`
      : `${failed} of ${checks.length} checks do not hold.`
  return html`<section><h2>Validity</h2><p>${said}</p><details${failed > 0 ? html` open` : undefined}><summary>Every check</summary>${table(
    ['', 'check', 'measured'],
    checks.map(({name, ok, message}) => [ok ? '✔' : '✘', name, message]),
  )}</details></section>`
}

/** A run whose load was dropped after the recovery, and restored. */
const dipKey = ({record}: Report): Markup | undefined =>
  spansOf(record).dip &&
  html`<i style="background:#e69f0050"></i>less load<i style="background:#009e7350"></i>all of it again`

export const plots = (report: Report): Markup =>
  html`<section><h2>Course of the run</h2>
<p class="key">Seconds from the first request.<i style="background:#7f7f7f40"></i>baseline<i style="background:#d55e0050"></i>fault<i style="background:#0072b250"></i>recovery${dipKey(report)}<i style="background:#cc79a750"></i>a fault in force; dashed lines are events, named when the pointer is at them. Drag to zoom, double click to see all, click a name to hide it.</p>
<h3>Rate</h3><div class="plot" id="plot-rate"></div>
<h3>Outcomes</h3><div class="plot" id="plot-outcomes"></div>
<h3>Latency, ${latencyOriginOf(report)}</h3><div class="plot" id="plot-latency"></div>
<h3>How many answers took how long</h3><div class="plot"><canvas class="heat" id="plot-heat" role="img" aria-label="Heat map of latencies over time; the table below holds the percentiles"></canvas></div>
<details id="course-table"><summary>The numbers behind the plots</summary></details></section>`

/** The call graph by phase, and the same as a table. */
export const edges = ({summary, record}: Report): Markup | undefined => {
  const {edges: all} = summary.effects
  if (all.length === 0) return undefined
  const {faults, target} = record.header.plan
  const replicas = faults.flatMap(({aim}) => aim.replicas)
  const hit = {
    edges: faults.flatMap(({aim}) => aim.edges),
    services: Object.entries(target.workloads).flatMap(([name, workload]) =>
      workload.replicas.some((replica) => replicas.includes(replica)) ? [name] : [],
    ),
  }
  const none = {edges: [], services: []}
  const spans = spansOf(record)
  const rateOf = ({phase, calls}: EdgeEffect): string => {
    const span = spans[phase]
    return span ? formatRate((calls / lengthMs(span)) * 1000) : '–'
  }
  const graphs = phaseNames.flatMap((phase) => {
    const graph = graphOf(all, phase, phase === 'fault' ? hit : none)
    return graph ? [{phase, graph}] : []
  })
  const first = graphs.some(({phase}) => phase === 'fault') ? 'fault' : graphs[0]?.phase
  return html`<section><h2>Calls between services</h2>
${graphs.map(({phase}) => html`<input class="phase-pick" type="radio" name="graph" id="g-${phase}"${phase === first ? html` checked` : undefined}>`)}
<div class="tabs">${graphs.map(({phase}) => html`<label for="g-${phase}">${phase}</label>`)}</div>
${graphs.map(({phase, graph}) => html`<div class="phase-graph in-${phase}">${graph}</div>`)}
<details><summary>The same as a table</summary>${table(
    ['edge', 'phase', 'calls', 'rate', 'attempts per call', 'p99', 'failed attempts', 'of which'],
    all.map((effect) => [
      effect.edge,
      effect.phase,
      count(effect.calls),
      rateOf(effect),
      effect.attemptsPerCall.toFixed(2),
      tailOf(effect),
      percent(effect.failedShare),
      Object.entries(effect.failed)
        .map(([kind, n]) => `${kind} ${count(n)}`)
        .join(', '),
    ]),
    [2, 3, 4, 5, 6],
  )}</details></section>`
}

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
    ['time', 'event'],
    summary.timeline.map(({offsetMs, kind, text}) => [
      offsetOf(offsetMs),
      kind === 'trouble' ? html`<span class="trouble">${text}</span>` : text,
    ]),
    [0],
  )}</details></section>`
}

export const load = (report: Report): Markup | undefined => {
  const {load: rows, generator} = report.summary
  if (rows.length === 0) return undefined
  const latency = (ms: number | undefined): string => (ms === undefined ? '–' : elapsed(ms))
  return html`<section><h2>Load</h2>${table(
    ['phase', 'request', 'sent', 'rate', 'errors', 'p50', 'p90', 'p99', 'max'],
    rows.map(({phase, request, sent, sentPerSecond, errorRatio, latencyMs}) => [
      phase,
      request,
      count(sent),
      formatRate(sentPerSecond),
      percent(errorRatio),
      ...(['p50', 'p90', 'p99', 'max'] as const).map((name) => latency(latencyMs?.[name])),
    ]),
    [2, 3, 4, 5, 6, 7, 8],
  )}${loadRemarks(report.summary).map((line) => html`<p>${line}</p>`)}${
    generator
      ? html`<p class="dim">Generator: ${generator.cpu ? `${percent(generator.cpu.mean)} of a core, ` : ''}${count(generator.skipped)} skipped, at most ${generator.maxInFlight} in flight.</p>`
      : undefined
  }</section>`
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
