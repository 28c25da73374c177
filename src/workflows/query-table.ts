import type {Labels} from '../metrics/source.js'
import type {Matrix, Value} from '../promql/index.js'
import {columns, plain} from '../reporters/layout.js'
import {number} from '../verdict/words.js'

/** More series than this would not fit beside one another: each gets a line of its own. */
const mostColumns = 6

const quoted = (value: string): string => JSON.stringify(plain(value))

/** `http_requests_total{code="200"}`; `{}` for a result without labels. */
const seriesName = (labels: Labels): string => {
  const {__name__: name = '', ...rest} = labels
  const pairs = Object.entries(rest)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${plain(label)}=${quoted(value)}`)
  return pairs.length === 0 && name !== '' ? plain(name) : `${plain(name)}{${pairs.join(', ')}}`
}

/** Whole numbers in full, others with six significant digits. */
const shown = (value: number): string => {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value)
  if (Number.isFinite(value)) return number(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

/** Time since the first request: `+12.5s`. */
export const offsetText = (tMs: number, originMs: number): string => {
  const seconds = (Math.round(tMs - originMs) / 1000).toFixed(1)
  return `${seconds.startsWith('-') ? '' : '+'}${seconds}s`
}

const vectorLines = (samples: Extract<Value, {type: 'vector'}>['samples']): string[] =>
  columns([['value', 'series'], ...samples.map(({labels, value}) => [shown(value), seriesName(labels)])], [0])

/** A row for each time, a column for each series. */
const besideLines = ({series}: Matrix, originMs: number): string[] => {
  const times = [...new Set(series.flatMap(({t}) => t))].sort((a, b) => a - b)
  const byTime = series.map(({t, v}) => new Map(t.map((tMs, index) => [tMs, v[index] ?? Number.NaN])))
  const cell = (values: Map<number, number>, tMs: number): string => {
    const value = values.get(tMs)
    return value === undefined ? '-' : shown(value)
  }
  const rows = times.map((tMs) => [offsetText(tMs, originMs), ...byTime.map((values) => cell(values, tMs))])
  const heads = ['time', ...series.map((_, index) => `[${index + 1}]`)]
  return [
    ...columns(
      [heads, ...rows],
      heads.map((_, index) => index),
    ),
    '',
    ...series.map(({labels}, index) => `[${index + 1}] ${seriesName(labels)}`),
  ]
}

/** A row for each series, with what its values are on the whole. */
const summaryLines = ({series}: Matrix): string[] => {
  const rows = series.map(({labels, v}) => {
    const finite = v.filter((value) => !Number.isNaN(value))
    const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length
    const least = finite.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
    const most = finite.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
    const whole = finite.length === 0 ? ['NaN', 'NaN', 'NaN'] : [shown(least), shown(mean), shown(most)]
    return [
      String(v.length),
      shown(v[0] ?? Number.NaN),
      ...whole,
      shown(v.at(-1) ?? Number.NaN),
      seriesName(labels),
    ]
  })
  return columns([['samples', 'first', 'min', 'mean', 'max', 'last', 'series'], ...rows], [0, 1, 2, 3, 4, 5])
}

/** An answer as a table for people; `--json` has every digit. */
export const tableLines = (value: Value, originMs: number): string[] => {
  switch (value.type) {
    case 'scalar':
      return [shown(value.value)]
    case 'string':
      return [plain(value.value)]
    case 'vector':
      return vectorLines(value.samples)
    case 'matrix':
      return value.series.length > mostColumns ? summaryLines(value) : besideLines(value, originMs)
  }
}
