import {EnvironmentError} from '../errors.js'
import type {Labels} from './source.js'

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*/
const quoted = '"((?:[^"\\\\]|\\\\.)*)"'
/** One part between the braces: `name="value"`, `"quoted name"="value"`, or the quoted metric name alone. */
const part = new RegExp(
  `^[ \\t]*(?:([a-zA-Z_]\\w*)|${quoted})[ \\t]*(?:=[ \\t]*${quoted})?[ \\t]*(?:,|(?=\\}))`,
)

const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\([\\"n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
    : text

const partsOf = (inside: string): {name: string; value: string | undefined}[] => {
  const parts = []
  let rest = inside
  while (rest.trim() !== '}') {
    const found = part.exec(rest)
    // Only a quoted metric name stands alone.
    if (!found || (found[1] !== undefined && found[3] === undefined))
      throw new EnvironmentError(`expected label="value", found ${excerpt(rest)}`)
    const name = found[1] ?? unescaped(found[2] ?? '')
    parts.push({name, value: found[3] === undefined ? undefined : unescaped(found[3])})
    rest = rest.slice(found[0].length)
  }
  return parts
}

/** The first characters of a text, quoted, for a message. */
export const excerpt = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)

/**
 * The labels of a series as an exposition writes it: `http_requests_total{code="200"}`, or with the name quoted
 * inside the braces (UTF-8 names). Throws EnvironmentError that says what was expected.
 */
export const parseSeriesText = (text: string): Labels => {
  const name = metricName.exec(text)?.[0]
  const braces = text.slice(name?.length ?? 0).trimStart()
  const labels = new Map<string, string>()
  if (name !== undefined) labels.set('__name__', name)
  if (braces !== '' && !braces.startsWith('{'))
    throw new EnvironmentError(`expected a metric name, found ${excerpt(text)}`)
  for (const {name: label, value} of braces === '' ? [] : partsOf(braces.slice(1))) {
    const key = value === undefined ? '__name__' : label
    if (labels.has(key)) throw new EnvironmentError(`label ${excerpt(label)} is given twice`)
    labels.set(key, value ?? label)
  }
  if (!labels.get('__name__')) throw new EnvironmentError(`expected a metric name, found ${excerpt(text)}`)
  return Object.fromEntries(labels)
}
