import type {ObjectiveVerdict} from '../../verdict/verdict.js'
import {html, type Markup} from './markup.js'

const width = 240
const height = 34
const middle = 16

/** From a value to a place on the scale, in px. */
type Place = (value: number) => number

/**
 * All of estimate, interval and target are in sight, with some air on both sides. Shares are drawn by their distance
 * from one, on a logarithmic scale: 99 % and 99.9 % are as far apart as 99.9 % and 99.99 %.
 */
const placeFor = (one: ObjectiveVerdict): Place => {
  const {estimate = one.target, interval, target, unit} = one
  const values = [estimate, target, interval?.low ?? estimate, interval?.high ?? estimate].filter(
    Number.isFinite,
  )
  const floor =
    unit === 'ratio' ? Math.min(1e-5, ...values.map((value) => 1 - value).filter((bad) => bad > 0)) / 2 : 0
  const to = (value: number): number => (unit === 'ratio' ? -Math.log10(Math.max(floor, 1 - value)) : value)
  const scaled = values.map(to)
  const [least, most] = [Math.min(...scaled), Math.max(...scaled)]
  const air = (most - least || Math.abs(most) || 1) * 0.15
  return (value) => {
    const share = (to(value) - least + air) / (most - least + 2 * air)
    return Math.round(8 + Math.min(1, Math.max(0, share)) * (width - 16))
  }
}

/** Estimate, interval and target on one scale; the side of the target that meets it is tinted. */
export const scaleOf = (one: ObjectiveVerdict): Markup | undefined => {
  const {estimate, interval, target, comparator, outcome} = one
  if (estimate === undefined || !Number.isFinite(estimate)) return undefined
  const place = placeFor(one)
  const at = place(target)
  const meets = comparator.startsWith('>') ? {from: at, to: width} : {from: 0, to: at}
  const label = `measured against the target on one scale: ${one.message}`
  return html`<svg class="scale" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">
<rect class="meets" x="${meets.from}" y="6" width="${Math.max(0, meets.to - meets.from)}" height="20"/>
<line class="axis" x1="0" x2="${width}" y1="${middle}" y2="${middle}"/>
${interval ? html`<line class="interval ${outcome}" x1="${place(interval.low)}" x2="${place(interval.high)}" y1="${middle}" y2="${middle}"/>` : undefined}
<line class="target" x1="${at}" x2="${at}" y1="3" y2="29"/>
<circle class="estimate ${outcome}" cx="${place(estimate)}" cy="${middle}" r="5"/>
</svg>`
}
