import type {PhaseName} from '../../scenarios/scenario.js'
import type {EdgeEffect} from '../../verdict/effects/effect.js'
import {count, elapsed, number, percent} from '../../verdict/words.js'
import {html, type Markup} from './markup.js'

const columnWidth = 190
const rowHeight = 64
const node = {width: 118, height: 30}

interface Place {
  x: number
  y: number
}

/** Callers stand to the left of what they call: as far right as the longest way from a service that nobody calls. */
const columnsOf = (edges: readonly (readonly [string, string])[]): Map<string, number> => {
  const names = [...new Set(edges.flat())]
  const columns = new Map(names.map((name) => [name, 0]))
  // A cycle would push its members on for ever: nothing is further right than there are services.
  for (let round = 0; round < names.length; round++) {
    for (const [from, to] of edges) {
      const wanted = (columns.get(from) ?? 0) + 1
      if (wanted > (columns.get(to) ?? 0) && wanted < names.length) columns.set(to, wanted)
    }
  }
  return columns
}

const placesOf = (edges: readonly (readonly [string, string])[]): Map<string, Place> => {
  const used = new Map<number, number>()
  const places = new Map<string, Place>()
  for (const [name, column] of [...columnsOf(edges)].sort(([, a], [, b]) => a - b)) {
    const row = used.get(column) ?? 0
    used.set(column, row + 1)
    places.set(name, {x: 10 + column * columnWidth, y: 16 + row * rowHeight})
  }
  return places
}

/** One of five steps, by the share of attempts that failed. */
const heatOf = (share: number): string => {
  if (share < 0.001) return 'calm'
  if (share < 0.01) return 'warm'
  if (share < 0.1) return 'hot'
  return share < 0.5 ? 'hotter' : 'hottest'
}

/** The bucket that the 99th percentile lies in: more is not known of a histogram. */
export const tailOf = ({p99Ms}: EdgeEffect): string => {
  if (!p99Ms) return '–'
  return p99Ms.high === undefined
    ? `above ${elapsed(p99Ms.low)}`
    : `${elapsed(p99Ms.low)}–${elapsed(p99Ms.high)}`
}

/** What was hit on purpose in a phase: edges, and services of which a replica was. */
export interface Hit {
  edges: readonly string[]
  services: readonly string[]
}

const wordsOf = (effect: EdgeEffect): string => {
  const {edge, phase, calls, attempts, attemptsPerCall, failedShare, failed, p99Ms} = effect
  const kinds = Object.entries(failed).map(([kind, n]) => `${kind} ${count(n)}`)
  const how = kinds.length > 0 ? ` (${kinds.join(', ')})` : ''
  return `${edge} in ${phase}: ${count(calls)} calls, ${count(attempts)} attempts (${number(Number(attemptsPerCall.toFixed(2)))} per call), ${percent(failedShare)} failed${how}${p99Ms ? `, p99 ${tailOf(effect)}` : ''}`
}

/** The call graph of the target in one phase: the redder an edge, the more of its attempts failed. */
export const graphOf = (
  effects: readonly EdgeEffect[],
  phase: PhaseName,
  {edges: faulted, services}: Hit,
): Markup | undefined => {
  const own = effects.filter((effect) => effect.phase === phase)
  const all = [...new Set(effects.map(({edge}) => edge))].map((edge) => {
    const [from = '', to = ''] = edge.split('->')
    return [from, to] as const
  })
  if (own.length === 0) return undefined
  const places = placesOf(all)
  const right = Math.max(...[...places.values()].map(({x}) => x)) + node.width + 10
  const bottom = Math.max(...[...places.values()].map(({y}) => y)) + node.height + 16
  const lines = own.map((effect) => {
    const [from = '', to = ''] = effect.edge.split('->')
    const [a, b] = [places.get(from) ?? {x: 0, y: 0}, places.get(to) ?? {x: 0, y: 0}]
    const start = {x: a.x + node.width, y: a.y + node.height / 2}
    const end = {x: b.x - 6, y: b.y + node.height / 2}
    const bend = Math.max(24, (end.x - start.x) / 2)
    const hit = faulted.includes(effect.edge)
    const path = `M${start.x} ${start.y} C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`
    const [x, y] = [(start.x + end.x) / 2, (start.y + end.y) / 2]
    const failed =
      effect.failedShare >= 0.001
        ? html`<text x="${x}" y="${y - 6}">${percent(effect.failedShare)}</text>`
        : undefined
    const bolt = hit ? html`<text class="bolt" x="${x}" y="${y + 14}">⚡ fault</text>` : undefined
    return {
      line: html`<g class="edge ${heatOf(effect.failedShare)}${hit ? ' faulted' : ''}"><title>${wordsOf(effect)}</title><path d="${path}" marker-end="url(#arrow)"/></g>`,
      labels: [failed, bolt],
    }
  })
  const nodes = [...places].map(
    ([name, {x, y}]) =>
      html`<g class="node${services.includes(name) ? ' faulted' : ''}"><rect x="${x}" y="${y}" width="${node.width}" height="${node.height}" rx="6"/><text x="${x + node.width / 2}" y="${y + 20}">${services.includes(name) ? '⚡ ' : ''}${name}</text></g>`,
  )
  return html`<svg class="graph" viewBox="0 0 ${right} ${bottom}" role="img" aria-label="Call graph in the ${phase} phase; the table below says the same"><defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>${lines.map(({line}) => line)}${nodes}${lines.map(({labels}) => labels)}</svg>`
}
