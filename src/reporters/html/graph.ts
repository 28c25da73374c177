import type {PhaseName} from '../../scenarios/scenario.js'
import type {EdgeEffect} from '../../verdict/effects/effect.js'
import {count, elapsed, number, percent} from '../../verdict/words.js'
import {tailOf} from '../edge-tail.js'
import {clip} from '../layout.js'
import {arrivalOf, type Edge, edgeOf, node, type Place, placesOf} from './graph-places.js'
import {html, type Markup} from './markup.js'

/** Characters of a service's name that its box has room for. */
const mostName = 14

/** One of five steps, by the share of attempts that failed. */
const heatOf = (share: number): string => {
  if (share < 0.001) return 'calm'
  if (share < 0.01) return 'warm'
  if (share < 0.1) return 'hot'
  return share < 0.5 ? 'hotter' : 'hottest'
}

/** The same in few characters: its upper bound. */
const shortTail = ({p99Ms}: EdgeEffect): string => {
  if (!p99Ms) return ''
  return p99Ms.high === undefined ? `p99 >${elapsed(p99Ms.low)}` : `p99 ≤${elapsed(p99Ms.high)}`
}

/** Calls a second, to three digits: `69.2/s`. */
const rateOf = ({calls}: EdgeEffect, seconds: number | undefined): string =>
  seconds === undefined ? `${count(calls)} calls` : `${number(Number((calls / seconds).toPrecision(3)))}/s`

/** Two short lines: how much and how slow, how bad and how often tried. */
export const edgeTexts = (effect: EdgeEffect, seconds: number | undefined): [string, string] => {
  if (effect.calls === 0 && effect.attempts === 0) return ['no calls', '']
  const tries = `${number(Number(effect.attemptsPerCall.toFixed(2)))}×`
  return [
    [rateOf(effect, seconds), shortTail(effect)].filter((text) => text !== '').join(' · '),
    `${percent(Number(effect.failedShare.toPrecision(3)))} err · ${tries}`,
  ]
}

/** What was hit on purpose in a phase: edges, and services of which a replica was. */
export interface Hit {
  edges: readonly string[]
  services: readonly string[]
}

/** One phase of the graph: its name, how long it was (seconds), and what was hit in it. */
export interface GraphPhase {
  phase: PhaseName
  seconds: number | undefined
  hit: Hit
}

const wordsOf = (effect: EdgeEffect): string => {
  const {edge, phase, calls, attempts, attemptsPerCall, failedShare, failed, p99Ms} = effect
  const kinds = Object.entries(failed).map(([kind, n]) => `${kind} ${count(n)}`)
  const how = kinds.length > 0 ? ` (${kinds.join(', ')})` : ''
  return `${edge} in ${phase}: ${count(calls)} calls, ${count(attempts)} attempts (${number(Number(attemptsPerCall.toFixed(2)))} per call), ${percent(failedShare)} failed${how}${p99Ms ? `, p99 ${tailOf(effect)}` : ''}`
}

/** An arrow, and beside its head what went over it: texts are drawn after all arrows. */
const arrowOf = (effect: EdgeEffect, places: Map<string, Place>, {seconds, hit}: GraphPhase) => {
  const [from, to] = edgeOf(effect.edge)
  const [a, b] = [places.get(from), places.get(to)]
  if (!a || !b) return undefined
  const start = {x: a.x + node.width, y: a.y + a.height / 2}
  const end = {x: b.x - 6, y: arrivalOf(b, from)}
  // Level where it arrives: the texts stand along that part.
  const bend = {x: Math.min(end.x, start.x + 30)}
  const path = `M${start.x} ${start.y} C${bend.x} ${start.y} ${start.x} ${end.y} ${bend.x} ${end.y} L${end.x} ${end.y}`
  const isHit = hit.edges.includes(effect.edge)
  const [above, below] = edgeTexts(effect, seconds)
  const heat = heatOf(effect.failedShare)
  return {
    line: html`<g class="edge ${heat}${isHit ? ' faulted' : ''}"><title>${wordsOf(effect)}</title><path class="reach" d="${path}"/><path d="${path}" marker-end="url(#arrow)"/></g>`,
    texts: html`<text class="on-edge" x="${end.x - 10}" y="${end.y - 8}">${isHit ? '⚡ ' : ''}${above}</text><text class="on-edge ${heat}" x="${end.x - 10}" y="${end.y + 16}">${below}</text>`,
  }
}

const boxOf = (name: string, {x, y, height}: Place, isHit: boolean): Markup =>
  html`<g class="node${isHit ? ' faulted' : ''}"><title>${name}</title><rect x="${x}" y="${y}" width="${node.width}" height="${height}" rx="6"/><text x="${x + node.width / 2}" y="${y + height / 2 + 4}">${isHit ? '⚡ ' : ''}${clip(name, mostName)}</text></g>`

/** The call graph of the target in one phase: the redder and thicker an edge, the more of its attempts failed. */
export const graphOf = (effects: readonly EdgeEffect[], shown: GraphPhase): Markup | undefined => {
  const {phase, hit} = shown
  const own = effects.filter((effect) => effect.phase === phase)
  if (own.length === 0) return undefined
  const all: Edge[] = [...new Set(effects.map(({edge}) => edge))].map(edgeOf)
  const places = placesOf(all)
  const right = Math.max(...[...places.values()].map(({x}) => x)) + node.width + 10
  const bottom = Math.max(...[...places.values()].map(({y, height}) => y + height)) + 16
  const arrows = own.flatMap((effect) => arrowOf(effect, places, shown) ?? [])
  return html`<svg class="graph" viewBox="0 0 ${right} ${bottom}" style="max-width:${right}px" role="img" aria-label="Call graph in the ${phase} phase; the table below says the same"><defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>${arrows.map(({line}) => line)}${[...places].map(([name, place]) => boxOf(name, place, hit.services.includes(name)))}${arrows.map(({texts}) => texts)}</svg>`
}

/** The same as lines for a narrow screen: who calls whom, indented by how deep it is. */
export const callList = (effects: readonly EdgeEffect[], shown: GraphPhase): Markup => {
  const {phase, seconds, hit} = shown
  const places = placesOf([...new Set(effects.map(({edge}) => edge))].map(edgeOf))
  const depth = ({edge}: EdgeEffect): number => places.get(edgeOf(edge)[0])?.column ?? 0
  const own = effects
    .filter((effect) => effect.phase === phase)
    .sort((one, other) => depth(one) - depth(other))
  return html`<ul class="calls">${own.map((effect) => {
    const [from, to] = edgeOf(effect.edge)
    const isHit = hit.edges.includes(effect.edge)
    const [above, below] = edgeTexts(effect, seconds)
    return html`<li class="${heatOf(effect.failedShare)}${isHit ? ' faulted' : ''}" style="margin-left:${Math.min(4, depth(effect)) * 10}px"><b>${from} → ${hit.services.includes(to) ? '⚡ ' : ''}${to}</b>${isHit ? ' ⚡ fault' : ''}<br>${[above, below].filter((text) => text !== '').join(' · ')}</li>`
  })}</ul>`
}
