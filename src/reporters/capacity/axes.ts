import {html, type Markup} from '../html/markup.js'

/** Room for a drawing, in px; the plot itself leaves margins for its axes. */
const frame = {width: 720, height: 260, left: 64, right: 14, top: 14, bottom: 40}

/** From a value to a place, and the values that an axis names. */
export interface Axis {
  place(value: number): number
  ticks: number[]
}

/** 1, 2 or 5 times a power of ten: the step of which about `wanted` fit into the span. */
const stepOf = (span: number, wanted: number): number => {
  const rough = span / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  return ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power
}

/** An axis from 0, with round numbers. */
export const linearAxis = (most: number, [from, to]: readonly [number, number], wanted = 6): Axis => {
  const end = (most > 0 ? most : 1) * 1.05
  const step = stepOf(end, wanted)
  return {
    place: (value) => from + (value / end) * (to - from),
    ticks: Array.from({length: Math.floor(end / step) + 1}, (_, at) => at * step),
  }
}

/** An axis of powers of ten around the values, which are above 0. */
export const logAxis = (values: readonly number[], [from, to]: readonly [number, number]): Axis => {
  const logs = values.filter((value) => value > 0).map(Math.log10)
  const low = Math.floor(Math.min(...(logs.length > 0 ? logs : [0])))
  const high = Math.max(low + 1, Math.ceil(Math.max(...(logs.length > 0 ? logs : [1]))))
  return {
    place: (value) => from + ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (to - from),
    ticks: Array.from({length: high - low + 1}, (_, at) => 10 ** (low + at)),
  }
}

/** The places of the plot's edges. */
export const edges = {
  x: [frame.left, frame.width - frame.right],
  y: [frame.height - frame.bottom, frame.top],
} as const

const px = (value: number): string => value.toFixed(1)

/** Grid, numbers and names of both axes. */
export const axesOf = (
  x: Axis & {name: string; said(value: number): string},
  y: Axis & {name: string; said(value: number): string},
): Markup => {
  const [left, right] = edges.x
  const [bottom, top] = edges.y
  return html`<g class="axes">${x.ticks.map(
    (tick) =>
      html`<line x1="${px(x.place(tick))}" x2="${px(x.place(tick))}" y1="${top}" y2="${bottom}"/><text x="${px(x.place(tick))}" y="${bottom + 16}" text-anchor="middle">${x.said(tick)}</text>`,
  )}${y.ticks.map(
    (tick) =>
      html`<line x1="${left}" x2="${right}" y1="${px(y.place(tick))}" y2="${px(y.place(tick))}"/><text x="${left - 6}" y="${px(y.place(tick) + 4)}" text-anchor="end">${y.said(tick)}</text>`,
  )}<text x="${right}" y="${frame.height - 6}" text-anchor="end">${x.name}</text><text x="${left}" y="${top - 3}">${y.name}</text></g>`
}

/** On a narrow screen a drawing is moved sideways rather than made so small that nobody can read it. */
export const legible = (svg: Markup): Markup =>
  html`<div style="overflow-x:auto" tabindex="0"><div style="min-width:34rem">${svg}</div></div>`

/** A drawing with its name for those who do not see it. */
export const drawing = (
  label: string,
  ...parts: (Markup | undefined | readonly (Markup | undefined)[])[]
): Markup =>
  legible(
    html`<svg class="chart" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${label}">${parts}</svg>`,
  )
