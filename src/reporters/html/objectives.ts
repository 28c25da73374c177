import type {Objective} from '../../scenarios/scenario.js'
import type {ObjectiveVerdict} from '../../verdict/verdict.js'
import {inUnit, number} from '../../verdict/words.js'
import {marks} from '../layout.js'
import {askedOf, caveatOf, estimateOf, intervalOf} from '../phrases.js'
import type {Report} from '../reporter.js'
import {html, type Markup} from './markup.js'
import {type Scale, scaleFor, scaleLegend, scaleOf} from './scale.js'
import {askedFrom, objectiveSource} from './sources.js'

/** How far a measured value is from its target: `margin 11.2 points`, `missed by 6s`; nothing where there is no order. */
export const marginOf = ({
  estimate,
  target,
  unit,
  comparator,
  outcome,
}: Pick<ObjectiveVerdict, 'estimate' | 'target' | 'unit' | 'comparator' | 'outcome'>): string => {
  const isOrdered = comparator.startsWith('<') || comparator.startsWith('>')
  if (estimate === undefined || !Number.isFinite(estimate) || !isOrdered) return ''
  const distance = Number(Math.abs(estimate - target).toPrecision(3))
  const size = unit === 'ratio' ? `${number(distance * 100)} points` : inUnit({unit}, distance)
  switch (outcome) {
    case 'pass':
      return `margin ${size}`
    case 'fail':
      return `missed by ${size}`
    case 'inconclusive':
      return `${size} from the target`
  }
}

/** One phase of an objective, on the scale that all its phases share; `legend` tells what the scale is of. */
const phaseRow = (one: ObjectiveVerdict, source: string, scale: Scale, legend: Markup | undefined): Markup =>
  html`<div class="phase-row" title="${source}"><p><span class="phase-name">${one.phase}</span> <span class="word ${one.outcome}">${marks[one.outcome]} ${one.outcome}</span> <span class="figure">${estimateOf(one)}</span> <span class="dim">${intervalOf(one)}</span></p>
${scaleOf(one, scale)}${legend}<p class="dim">${[one.message, marginOf(one)].filter((text) => text !== '').join('; ')}</p></div>`

const cardOf = (all: readonly ObjectiveVerdict[], asked: Objective | undefined, report: Report): Markup => {
  const [first] = all
  if (!first) return html``
  const scale = scaleFor(all)
  const lastDrawn = all.findLast(({estimate}) => estimate !== undefined && Number.isFinite(estimate))
  const rows = all.map((one) =>
    phaseRow(
      one,
      objectiveSource(one, asked, report),
      scale,
      one === lastDrawn ? scaleLegend(one, scale) : undefined,
    ),
  )
  return html`<article class="card"><h3>${first.name}</h3><p class="dim">asked for ${askedOf(first)}</p>
${rows}<details class="source"><summary>What it is counted from</summary><code>${askedFrom(asked)}</code></details></article>`
}

/** Verdicts that are one objective with one target: in other phases a relative one may have another. */
const grouped = (all: readonly ObjectiveVerdict[]): ObjectiveVerdict[][] => {
  const groups = new Map<string, ObjectiveVerdict[]>()
  for (const one of all) {
    const key = JSON.stringify([one.name, one.kind, one.unit, one.target, one.comparator])
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()]
}

/** A card for each objective: estimate, interval, target and margin of its phases on one scale. */
export const objectives = (report: Report): Markup | undefined => {
  const {verdict, record} = report
  if (verdict.objectives.length === 0) return undefined
  const asked = new Map(record.header.plan.scenario.objectives.map((one) => [one.name, one]))
  const caveat = caveatOf(report)
  return html`<section><h2>Objectives</h2>${caveat ? html`<p class="trouble">${caveat}</p>` : undefined}<p class="dim">Ring: measured. Bar: its interval. Dashed line: what was asked for; on the tinted side it is met.</p>
<div class="cards">${grouped(verdict.objectives).map((all) => cardOf(all, asked.get(all[0]?.name ?? ''), report))}</div></section>`
}
