import type {ObjectiveVerdict} from '../../verdict/verdict.js'
import {inUnit} from '../../verdict/words.js'
import {html, type Markup} from './markup.js'

const width = 240
const height = 26
const middle = 13
/** Kept free at both ends, px. */
const edge = 8

/** A scale that several verdicts share: from a value to a place on it, in px, and what its ends stand for. */
export interface Scale {
  place(value: number): number
  least: number
  most: number
}

type Measured = Pick<ObjectiveVerdict, 'estimate' | 'interval' | 'target' | 'unit'>

const valuesOf = ({estimate, interval, target}: Measured): number[] =>
  [estimate ?? target, target, interval?.low ?? target, interval?.high ?? target].filter(Number.isFinite)

/**
 * One scale for an objective in all its phases: every estimate, interval and target is in sight, with some air on both
 * sides. Shares are drawn by their distance from one, on a logarithmic scale: 99 % and 99.9 % are as far apart as 99.9 %
 * and 99.99 %.
 */
export const scaleFor = (all: readonly Measured[]): Scale => {
  const values = all.flatMap(valuesOf)
  const isShare = all.every(({unit}) => unit === 'ratio')
  const bad = values.map((value) => 1 - value).filter((share) => share > 0)
  const floor = isShare ? Math.min(1, ...bad) / 2 : 0
  const to = (value: number): number => (isShare ? -Math.log10(Math.max(floor, 1 - value)) : value)
  const scaled = values.map(to)
  const [from, till] = [Math.min(...scaled), Math.max(...scaled)]
  const air = (till - from || Math.abs(till) || 1) * 0.12
  return {
    least: Math.min(...values),
    most: Math.max(...values),
    place: (value) => {
      const share = (to(value) - from + air) / (till - from + 2 * air)
      return Math.round(edge + Math.min(1, Math.max(0, share)) * (width - 2 * edge))
    },
  }
}

/** Where values meet the target: to its right, to its left, or only on it. */
const meets = (comparator: ObjectiveVerdict['comparator'], at: number): {from: number; to: number} => {
  if (comparator.startsWith('>')) return {from: at, to: width}
  if (comparator.startsWith('<')) return {from: 0, to: at}
  return comparator === '==' ? {from: at - 2, to: at + 2} : {from: 0, to: width}
}

/** Estimate, interval and target of one phase on the scale of its objective; the side that meets it is tinted. */
export const scaleOf = (one: ObjectiveVerdict, {place}: Scale): Markup | undefined => {
  const {estimate, interval, target, comparator, outcome} = one
  if (estimate === undefined || !Number.isFinite(estimate)) return undefined
  const at = place(target)
  const tinted = meets(comparator, at)
  const label = `measured against the target on one scale: ${one.message}`
  return html`<svg class="scale" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<rect class="meets" x="${tinted.from}" y="4" width="${Math.max(0, tinted.to - tinted.from)}" height="18"/>
<line class="axis" x1="0" x2="${width}" y1="${middle}" y2="${middle}"/>
${interval ? html`<line class="interval ${outcome}" x1="${place(interval.low)}" x2="${place(interval.high)}" y1="${middle}" y2="${middle}"/>` : undefined}
<line class="target" x1="${at}" x2="${at}" y1="1" y2="25"/>
<circle class="estimate ${outcome}" cx="${place(estimate)}" cy="${middle}" r="5"/>
</svg>`
}

/** What the scale is of, below the last phase: its target by a mark, and its ends where they are apart from it. */
export const scaleLegend = (
  one: Pick<ObjectiveVerdict, 'target' | 'unit'>,
  {place, least, most}: Scale,
): Markup => {
  const at = place(one.target)
  const texts = [
    {x: at, text: inUnit(one, one.target), anchor: at < 40 ? 'start' : at > width - 40 ? 'end' : 'middle'},
    {x: 0, text: inUnit(one, least), anchor: 'start'},
    {x: width, text: inUnit(one, most), anchor: 'end'},
  ].filter(({text, x}, index, all) => index === 0 || (text !== all[0]?.text && Math.abs(x - at) > 90))
  return html`<svg class="scale" viewBox="0 0 ${width} 14" aria-hidden="true">${texts.map(({x, text, anchor}, index) => html`<text${index === 0 ? html` class="asked"` : undefined} x="${x}" y="11" text-anchor="${anchor}">${text}</text>`)}</svg>`
}
