import {rate} from '../../capacity/rate.js'
import type {CapacityResult} from '../../capacity/result.js'
import type {Scaling} from '../../capacity/sizes.js'
import {formatPercent} from '../../scenarios/quantities.js'
import {percent} from '../../verdict/words.js'
import {html, type Markup, markup} from '../html/markup.js'
import {table} from '../html/table.js'
import {marks} from '../layout.js'
import {againInWords} from './again.js'
import {latencyPlot, legBars, lossPlot, scalingPlot} from './plots.js'
import {scalingParts} from './scaling.js'
import {demandInWords} from './terminal.js'
import {between, legHeads, legRows, overloadInWords, remarksOn, tableHeads, tableRows} from './words.js'

const document = (title: string, css: string, body: readonly (Markup | undefined)[]): string =>
  `${
    html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${title}</title><style>${markup(css)}</style></head><body>${body}</body></html>`
      .markup
  }\n`

const head = ({header, outcome, summary, end}: CapacityResult): Markup =>
  html`<header><div><h1>Capacity of ${header.scenario}</h1><p class="dim">${header.target}, ${header.engine}</p></div></header>
<section class="verdict ${outcome}" aria-label="Verdict"><p class="word ${outcome}">${marks[outcome]} ${outcome.toUpperCase()}</p><p>${summary}.</p>${(
    end?.residual ?? []
  ).map(
    ({fault, message, remedy}) => html`<p class="trouble">Still broken: ${fault}: ${message}; ${remedy}</p>`,
  )}</section>`

const facts = (result: CapacityResult): Markup => {
  const {whole, saturation, safePeak, legs, atLeast, expectedPeak, cost} = result
  const rows: [string, string | undefined][] = [
    [
      'capacity',
      `${between(whole)}${whole.precision === undefined ? '' : `, ± ${percent(whole.precision / 2)} of its middle`}`,
    ],
    [
      'bound by',
      whole.bound && `"${whole.bound.name}" at ${rate(whole.bound.ratePerSecond)}: ${whole.bound.message}`,
    ],
    ['saturated', saturation.hint],
    ['overload', overloadInWords(result)],
    [
      'safe peak',
      safePeak && legs.length > 0 ? `${rate(safePeak.ratePerSecond)} (${safePeak.of})` : undefined,
    ],
    ['at least', atLeast && demandInWords(atLeast)],
    ['expected peak', expectedPeak && demandInWords(expectedPeak)],
    [
      'cost',
      cost &&
        `${cost.perMillion.toPrecision(3)} for a million requests at ${rate(cost.ratePerSecond)}, at ${cost.pricePerHour} an hour`,
    ],
  ]
  return html`<section><h2>What it carries</h2><dl>${rows.flatMap(([name, value]) => (value === undefined ? [] : html`<dt>${name}</dt><dd>${value}</dd>`))}</dl>${[...remarksOn(whole), ...result.missing].map((text) => html`<p class="trouble">! ${text}</p>`)}</section>`
}

const trials = (result: CapacityResult): Markup => {
  const {whole} = result
  return html`<section><h2>Every trial</h2><p class="key">A dot held, a cross missed an objective, a ring decides nothing. A trial without any answer is in the second plot only. The band is the capacity; the dashed line, where there is one, marks where latency begins to rise steeply.</p>
<h3>p99 against rate</h3>${latencyPlot(result)}<h3>Lost requests against rate</h3>${lossPlot(result)}
<details><summary>${whole.table.length} rates tried</summary>${table(tableHeads, tableRows(whole), [0, 1, 2, 3, 4, 5])}</details></section>`
}

const legs = (result: CapacityResult): Markup | undefined =>
  result.legs.length === 0
    ? undefined
    : html`<section><h2>With something missing</h2>${legBars(result)}${table(legHeads, legRows(result), [2])}</section>`

const resources = ({saturation: {slopes}}: CapacityResult): Markup | undefined =>
  slopes.length === 0
    ? undefined
    : html`<section><h2>What grew with the load</h2><p class="dim">A hint, not a proof.</p>${table(
        ['resource', 'for each request', 'at the highest rate carried', 'beyond it', 'its limit'],
        slopes.map(({kind, name, perRequest, atHeld, atFailed, limit}) => [
          `${kind} of ${name}`,
          perRequest.toPrecision(3),
          atHeld.toPrecision(3),
          atFailed === undefined ? '–' : atFailed.toPrecision(3),
          limit === undefined ? '–' : String(limit),
        ]),
        [1, 2, 3, 4],
      )}</section>`

const provenance = ({header, notes}: CapacityResult, recordPath: string): Markup => {
  const {objectives, leftOut, lossAllowed, machine, versions, seed} = header
  const rows: [string, string][] = [
    ['judged by', [...objectives, 'delivered', 'not refused', 'kept up'].join(', ')],
    ['lost at most', formatPercent(lossAllowed)],
    ...leftOut.map(({name, why}): [string, string] => ['not judged', `${name}: ${why}`]),
    ['record', recordPath],
    ['begun', new Date(header.createdMs).toISOString()],
    ['seed', String(seed)],
    [
      'versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['machine', `${machine.cpus} × ${machine.cpuModel}, ${machine.platform}`],
    ['again', againInWords(header)],
  ]
  return html`<section><h2>Where this comes from</h2><dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd><code>${value}</code></dd>`)}</dl>${
    notes.length > 0
      ? html`<details><summary>Notes</summary><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></details>`
      : undefined
  }</section>`
}

/** A capacity to look at: one page without a script, which asks nobody for anything. */
export const capacityPage = (result: CapacityResult, recordPath: string, {css}: {css: string}): string =>
  document(`${result.header.scenario}: capacity`, css, [
    head(result),
    facts(result),
    trials(result),
    legs(result),
    resources(result),
    provenance(result, recordPath),
  ])

/** Capacity against replicas, as a page. */
export const scalingPage = (scaling: Scaling, {css}: {css: string}): string => {
  const {summary, heads, rows, facts: told, doubts} = scalingParts(scaling)
  return document(`${scaling.scenario}: capacity against replicas`, css, [
    html`<header><h1>Capacity against replicas</h1></header><section class="verdict" aria-label="Result"><p>${summary}.</p></section>`,
    html`<section><h2>Each size</h2>${scaling.fit && scalingPlot(scaling.sizes, scaling.fit)}<p class="key">Bars are measured intervals; the line is the Universal Scalability Law, its band holds 90 of 100 bootstrap draws, and it ends where nothing may be foretold.</p>${table(heads, rows, [0, 2, 3])}</section>`,
    html`<section><h2>What it says</h2><ul>${told.map((line) => html`<li>${line}</li>`)}</ul>${doubts.map((line) => html`<p class="trouble">! ${line}</p>`)}</section>`,
    html`<section><h2>Where this comes from</h2><dl>${scaling.sizes.map(({replicas, record}) => html`<dt>${replicas} ${replicas === 1 ? 'replica' : 'replicas'}</dt><dd><code>${record}</code></dd>`)}</dl></section>`,
  ])
}
