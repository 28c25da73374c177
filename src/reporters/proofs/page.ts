import type {Finding, Proof, ProofRun} from '../../verdict/proof/proof.js'
import {html, type Markup, markup} from '../html/markup.js'
import {table} from '../html/table.js'
import {marks} from '../layout.js'
import {cellTexts, proofMarks, tally} from './rows.js'

/** How a finding is coloured: what shows nothing is as open as what is not decided. */
const looks = {
  proven: 'pass',
  disproven: 'fail',
  vacuous: 'inconclusive',
  undecided: 'inconclusive',
} as const satisfies Record<Finding, string>

/** What the page is made with. */
interface PageParts {
  css: string
  /** Where the page of a run is, from that of the proofs. */
  linkOf(run: ProofRun): string
}

const matrix = (proof: Proof): Markup => {
  const [calmOn = '', faultOn = '', calmOff = '', faultOff = ''] = cellTexts(proof)
  return table(
    ['', 'protection on', 'protection off'],
    [
      ['no fault', calmOn, calmOff],
      ['fault', faultOn, faultOff],
    ],
  )
}

const runs = ({runs}: Proof, linkOf: PageParts['linkOf']): Markup =>
  table(
    ['run', 'outcome', 'what it showed', 'seed', 'record'],
    runs.map((run) => [
      html`<a href="${linkOf(run)}">protection ${run.protection}</a>`,
      `${marks[run.outcome]} ${run.outcome}`,
      run.summary,
      String(run.seed),
      html`<code>${run.record}</code>`,
    ]),
  )

const section = (proof: Proof, {linkOf}: PageParts): Markup => {
  const {finding, scenario, proves, summary, advice} = proof
  const look = looks[finding]
  const what = proves.length > 0 ? html` <span class="dim">${proves.join(', ')}</span>` : undefined
  return html`<section aria-label="${scenario}"><h2>${scenario}${what}</h2>
<div class="verdict ${look}"><p class="word ${look}">${proofMarks[finding]} ${finding.toUpperCase()}</p><p>${summary}.</p>${advice.map((line) => html`<p>→ ${line}</p>`)}</div>
${matrix(proof)}${runs(proof, linkOf)}</section>`
}

/** Proofs to look at: one page without a script, that leads to the pages of the runs. */
export const pageOfProofs = (proofs: readonly Proof[], parts: PageParts): string => {
  const title = `Proofs: ${tally(proofs)}`
  return `${
    html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${title}</title><style>${markup(parts.css)}</style></head><body>
<header><div><h1>${title}</h1><p class="dim">Each scenario with its protection and without it; both begin without the fault.</p></div></header>
${proofs.map((proof) => section(proof, parts))}</body></html>`.markup
  }\n`
}
