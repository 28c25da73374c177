import {formatRate} from '../../scenarios/quantities.js'
import {phaseNames} from '../../scenarios/scenario.js'
import type {EdgeEffect, Effects} from '../../verdict/effects/effect.js'
import {lengthMs, spansOf} from '../../verdict/windows.js'
import {count, list, percent, plural} from '../../verdict/words.js'
import {tailOf} from '../edge-tail.js'
import type {Report} from '../reporter.js'
import {callList, type GraphPhase, graphOf, type Hit} from './graph.js'
import {edgeOf} from './graph-places.js'
import {html, type Markup} from './markup.js'
import {edgeSource} from './sources.js'
import {table} from './table.js'

const hitOf = ({record}: Report): Hit => {
  const {faults, target} = record.header.plan
  const replicas = faults.flatMap(({aim}) => aim.replicas)
  return {
    edges: faults.flatMap(({aim}) => aim.edges),
    services: Object.entries(target.workloads).flatMap(([name, workload]) =>
      workload.replicas.some((replica) => replicas.includes(replica)) ? [name] : [],
    ),
  }
}

/** How far the fault was felt, in one sentence. */
export const blastInWords = ({failing, edges}: Pick<Effects, 'failing' | 'edges'>): string | undefined => {
  const all = new Set(edges.map(({edge}) => edge)).size
  if (!edges.some(({phase}) => phase === 'fault')) return undefined
  if (failing.length === 0)
    return `Blast radius: none of ${plural(all, 'edge')} began to fail more often than in the baseline.`
  const names = failing.map(
    ({edge, origin}) => `${edgeOf(edge).join(' → ')}${origin ? ' (where it began)' : ''}`,
  )
  return `Blast radius: ${failing.length} of ${plural(all, 'edge')} began to fail more often than in the baseline: ${list(names)}.`
}

const edgeTable = (report: Report): Markup => {
  const spans = spansOf(report.record)
  const rateOf = ({phase, calls}: EdgeEffect): string => {
    const span = spans[phase]
    return span ? formatRate((calls / lengthMs(span)) * 1000) : '–'
  }
  return html`<details><summary>The same as a table</summary>${table(
    ['edge', 'phase', 'calls', 'rate', 'attempts per call', 'p99', 'failed attempts', 'of which'],
    report.summary.effects.edges.map((effect) => ({
      source: edgeSource(report, effect.edge, effect.phase),
      cells: [
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
      ],
    })),
    [2, 3, 4, 5, 6],
  )}</details>`
}

/** The call graph before, during and after, and the same as a table. */
export const edges = (report: Report): Markup | undefined => {
  const {edges: all} = report.summary.effects
  if (all.length === 0) return undefined
  const spans = spansOf(report.record)
  const hit = hitOf(report)
  const graphs = phaseNames.flatMap((phase) => {
    const span = spans[phase]
    const shown: GraphPhase = {
      phase,
      seconds: span && lengthMs(span) / 1000,
      hit: phase === 'fault' ? hit : {edges: [], services: []},
    }
    const graph = graphOf(all, shown)
    return graph ? [{phase, graph, calls: callList(all, shown)}] : []
  })
  const first = graphs.some(({phase}) => phase === 'fault') ? 'fault' : graphs[0]?.phase
  const blast = blastInWords(report.summary.effects)
  return html`<section><h2>Calls between services</h2>${blast ? html`<p>${blast}</p>` : undefined}<p class="key">On each arrow: calls a second, p99, attempts that failed (err), attempts per call (×). The thicker and redder, the more failed; ⚡ and dashes: hit on purpose.</p>
${graphs.map(({phase}) => html`<input class="phase-pick" type="radio" name="graph" id="g-${phase}"${phase === first ? html` checked` : undefined}>`)}
<div class="tabs">${graphs.map(({phase}) => html`<label for="g-${phase}">${phase}</label>`)}</div>
${graphs.map(({phase, graph, calls}) => html`<div class="phase-graph in-${phase}"><h3 class="on-paper">${phase}</h3>${graph}${calls}</div>`)}
${edgeTable(report)}</section>`
}
