import {parseDuration, parseNumber} from '../syntax/literals.js'

/** What a test file writes for one step: a number, nothing (`_`), a staleness marker, or a native histogram. */
export type Point = number | 'missing' | 'stale' | 'histogram'

const repeated = /^(.*?)x(\d+)$/
const progression = /^([+-]?(?:\d[\d.]*(?:e[+-]?\d+)?|\.\d+|inf|nan))([+-].+)$/i

const numberIn = (text: string): number => {
  const value = parseNumber(text)
  if (value === undefined) throw new Error(`cannot read the value "${text}"`)
  return value
}

/** `1+2x3` is 1 3 5 7, `4x2` is 4 4 4, `_x3` is three missing points. */
const expanded = (token: string): Point[] => {
  const [, base = token, times] = repeated.exec(token) ?? []
  const count = times === undefined ? undefined : Number(times)
  if (base === '_') return Array<Point>(count ?? 1).fill('missing')
  if (base === 'stale') return Array<Point>((count ?? 0) + 1).fill('stale')
  if (base.startsWith('{{')) return Array<Point>((count ?? 0) + 1).fill('histogram')
  const [, start, step] = (count !== undefined && progression.exec(base)) || []
  if (start === undefined || step === undefined) return Array<Point>((count ?? 0) + 1).fill(numberIn(base))
  const first = numberIn(start)
  const increment = numberIn(step)
  const points: Point[] = []
  // Adding up rather than multiplying rounds like the test data's own loader.
  for (let index = 0, value = first; index <= (count ?? 0); index++, value += increment) points.push(value)
  return points
}

const token = /\{\{[^}]*\}\}(?:[+-]\{\{[^}]*\}\})?(?:x\d+)?|\S+/g

/** The points of a series, from the text after its labels. */
export const parsePoints = (text: string): Point[] => (text.match(token) ?? []).flatMap(expanded)

/** A time or duration of a command: `5m`, `10s53ms`, or plain seconds. */
export const parseTimeMs = (text: string): number => {
  const durationMs = parseDuration(text)
  if (durationMs !== undefined) return durationMs
  const seconds = Number(text)
  if (text === '' || Number.isNaN(seconds)) throw new Error(`cannot read the time "${text}"`)
  return Math.round(seconds * 1000)
}
