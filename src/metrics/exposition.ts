import {EnvironmentError, messageOf} from '../errors.js'
import {excerpt} from './exposition-labels.js'

/** How timestamps and the end are written: Prometheus 0.0.4 in milliseconds, OpenMetrics in seconds with `# EOF`. */
export type Dialect = 'prometheus' | 'openmetrics'

/** One sample of a body; `S` is whatever the caller keeps per series. */
export interface ExposedSample<S> {
  series: S
  value: number
  /** Epoch ms, only when the target gave one itself. */
  tMs: number | undefined
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const special = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
])

const parseValue = (text: string): number => {
  const value = decimal.test(text) ? Number(text) : special.get(text.toLowerCase())
  if (value === undefined) throw new EnvironmentError(`expected a number, found ${excerpt(text)}`)
  return value
}

const parseTimestamp = (text: string, dialect: Dialect): number | undefined => {
  if (text === '' || text.startsWith('#')) return undefined
  if (!decimal.test(text))
    throw new EnvironmentError(`expected a timestamp in digits, found ${excerpt(text)}`)
  return Math.round(dialect === 'openmetrics' ? Number(text) * 1000 : Number(text))
}

const isBlank = (code: number): boolean => code === 32 || code === 9

const skipBlanks = (text: string, from: number): number => {
  let at = from
  while (isBlank(text.charCodeAt(at))) at++
  return at
}

const skipWord = (text: string, from: number, end: number): number => {
  let at = from
  while (at < end && !isBlank(text.charCodeAt(at))) at++
  return at
}

/** The position after the closing brace; a brace inside quotes does not close. */
const skipBraces = (text: string, from: number, end: number): number => {
  let quoted = false
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at)
    if (quoted && code === 92) at++
    else if (code === 34) quoted = !quoted
    else if (!quoted && code === 125) return at + 1
  }
  throw new EnvironmentError(`the labels are not closed by "}": ${excerpt(text.slice(from, end))}`)
}

/** The position after `name`, `name{…}` or `{…}`. */
const skipSeries = (text: string, from: number, end: number): number => {
  let at = from
  while (at < end && !isBlank(text.charCodeAt(at)) && text.charCodeAt(at) !== 123) at++
  const brace = skipBlanks(text, at)
  return brace < end && text.charCodeAt(brace) === 123 ? skipBraces(text, brace, end) : at
}

/** Whether the series at `start` is the one written as `text`; without reading its labels, and far faster than that. */
const isWrittenAt = (body: string, start: number, text: string): boolean => {
  const end = start + text.length
  if (body.slice(start, end) !== text || !isBlank(body.charCodeAt(end))) return false
  // After a bare name and a blank there may still be labels.
  return text.endsWith('}') || body.charCodeAt(skipBlanks(body, end)) !== 123
}

const parseLine = <S>(
  body: string,
  start: number,
  end: number,
  dialect: Dialect,
  seriesOf: (text: string) => S,
  expected: (S & {text: string}) | undefined,
): ExposedSample<S> => {
  const isExpected = expected !== undefined && isWrittenAt(body, start, expected.text)
  const seriesEnd = isExpected ? start + expected.text.length : skipSeries(body, start, end)
  const series = isExpected ? expected : seriesOf(body.slice(start, seriesEnd))
  const valueStart = skipBlanks(body, seriesEnd)
  const valueEnd = skipWord(body, valueStart, end)
  const value = parseValue(body.slice(valueStart, valueEnd))
  const timeStart = skipBlanks(body, valueEnd)
  const timeEnd = skipWord(body, timeStart, end)
  const tMs = parseTimestamp(body.slice(timeStart, timeEnd), dialect)
  // What may follow is an exemplar, ` # {trace_id="…"} 1.2`, or nothing.
  const restStart = skipBlanks(body, timeEnd)
  const comment = body.charCodeAt(timeStart) === 35 || body.charCodeAt(restStart) === 35
  if (restStart < end && !comment)
    throw new EnvironmentError(`nothing may follow a sample, found ${excerpt(body.slice(restStart, end))}`)
  return {series, value, tMs}
}

/**
 * Reads a body in the Prometheus text format 0.0.4 or in OpenMetrics 1.0; exemplars and comments are passed over.
 * Series are looked up by their raw text, so that a caller who remembers them parses the labels of each only once; those
 * that the body is expected to have, in this order, are not even looked up.
 * Throws EnvironmentError with the line of the first thing that is wrong; then nothing of the body counts.
 *
 * Sources: prometheus.io/docs/instrumenting/exposition_formats, OpenMetrics 1.0 §"Text format".
 */
export const parseExposition = <S>(
  body: string,
  dialect: Dialect,
  seriesOf: (text: string) => S,
  expected: readonly (S & {text: string})[] = [],
): ExposedSample<S>[] => {
  const samples: ExposedSample<S>[] = []
  let line = 0
  let finished = false
  try {
    for (let position = 0; position < body.length; ) {
      line++
      const end = body.indexOf('\n', position)
      // Without this a body that was cut off inside a number would count as a smaller number.
      if (end === -1) throw new EnvironmentError('the body ends in the middle of a line')
      const start = skipBlanks(body, position)
      position = end + 1
      if (start >= end) continue
      if (finished) throw new EnvironmentError('nothing may follow # EOF')
      if (body.charCodeAt(start) !== 35)
        samples.push(parseLine(body, start, end, dialect, seriesOf, expected[samples.length]))
      else finished = dialect === 'openmetrics' && body.slice(start, end).trimEnd() === '# EOF'
    }
    if (dialect === 'openmetrics' && !finished) throw new EnvironmentError('the body ends without # EOF')
  } catch (cause) {
    if (!(cause instanceof EnvironmentError)) throw cause
    throw new EnvironmentError(`line ${line}: ${messageOf(cause)}`, {cause})
  }
  return samples
}
