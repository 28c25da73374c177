import type {LiveLoad, ObjectiveState, Progress} from '../../run/progress.js'
import {elapsed, percent} from '../../verdict/words.js'
import {marks} from '../layout.js'
import type {Assets, Report} from '../reporter.js'
import {course} from './course.js'
import {html, jsonBlock, type Markup, markup} from './markup.js'
import {objectives} from './objectives.js'
import {validity} from './page.js'

/** What a page needs that is watched while a run goes on. */
export interface LiveAssets extends Assets {
  /** Keeps the page up to date. */
  watchJs: string
}

const nothingYet = {
  t: [],
  offered: [],
  answered: [],
  outcomes: {},
  p50: [],
  p90: [],
  p99: [],
  max: [],
  heat: {columnSeconds: 1, boundsMs: [], counts: []},
}

/** The parts of a page to watch; each is replaced as a whole. */
export type LivePart = 'verdict' | 'now' | 'notes'

/** The page of a run that goes on, with nothing in it yet. It asks only the server that it came from. */
export const livePage = ({css, plotCss, plotJs, js, watchJs}: LiveAssets): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:"><title>shakedown</title><style>${markup(plotCss)}${markup(css)}</style></head><body class="live">
<button type="button" id="theme" aria-label="Switch between light and dark">◐</button>
<p id="connection" class="trouble" role="status">Connecting…</p>
<div id="verdict" role="status"></div><div id="now"></div>
${course({latencyOrigin: 'from the intended send time'})}
<section><h2>What happened</h2><ul id="notes"></ul></section>
${jsonBlock('course', {course: nothingYet, bands: [], marks: []})}<script>${markup(plotJs)}</script><script>${markup(js)}</script><script>${markup(watchJs)}</script></body></html>
`.markup

const stateOf = {met: 'pass', missed: 'fail', undecided: 'inconclusive'} as const

const objectiveCard = ({name, state, message}: ObjectiveState): Markup =>
  html`<article class="card"><h3>${name}</h3><p><span class="word ${stateOf[state]}">${marks[stateOf[state]]} ${state}</span></p><p class="dim">${message}</p></article>`

const figure = (name: string, value: string): Markup =>
  html`<article class="card"><h3>${name}</h3><p><span class="figure">${value}</span></p></article>`

const loadCards = ({
  offeredPerSecond,
  achievedPerSecond,
  errorRatio,
  p99Ms,
  inFlight,
}: LiveLoad): Markup[] => [
  figure('answered', `${achievedPerSecond.toFixed(0)}/s of ${offeredPerSecond.toFixed(0)}/s`),
  figure('errors', percent(errorRatio)),
  figure('p99', p99Ms === undefined ? 'unknown' : elapsed(p99Ms)),
  figure('in flight', String(inFlight)),
]

/** How the run stands at this moment: phase, faults in force, load, objectives. */
export const standing = (progress: Progress): string => {
  const {scenario, phase, phaseLeftMs, load, faults, objectives: states = []} = progress
  const left = phaseLeftMs > 0 ? `, ${elapsed(Math.ceil(phaseLeftMs / 1000) * 1000)} left` : ''
  return html`<h1>${scenario}</h1><p class="figure">${phase}${left}</p>
${faults.map((fault) => html`<p class="trouble">⚡ ${fault}</p>`)}
<div class="cards figures">${load ? loadCards(load) : undefined}</div>
${states.length > 0 ? html`<h2>Objectives in this phase, as they stand</h2><div class="cards">${states.map(objectiveCard)}</div>` : undefined}`
    .markup
}

/** The verdict of a run that is over, with its cards. */
export const verdictPart = (report: Report): string => {
  const {outcome, summary, advice} = report.verdict
  return html`<section class="verdict ${outcome}" aria-label="Verdict"><p class="word ${outcome}">${marks[outcome]} ${outcome.toUpperCase()}</p><p>${summary}.</p>${advice.map((line) => html`<p>→ ${line}</p>`)}<p class="dim">Record: <code>${report.recordPath}</code></p></section>${objectives(report)}${validity(report)}`
    .markup
}

/** The lines below the plots, newest first. */
export const noteLines = (notes: readonly LiveNote[]): string =>
  html`${[...notes].reverse().map(({number, atMs, text}) => html`<li><b>${number}</b> <code>+${elapsed(Math.round(atMs / 1000) * 1000)}</code> ${text}</li>`)}`
    .markup

/** Something that happened, with the number that it has in the plots. */
export interface LiveNote {
  number: number
  atMs: number
  text: string
}
