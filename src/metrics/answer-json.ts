import {formatNumber, type Matrix, type Value} from '../promql/index.js'
import type {Labels} from './source.js'

/** Epoch ms as Prometheus writes a time: seconds, with three decimals when they are not whole. */
const timestamp = (tMs: number): string => {
  const whole = Math.abs(Math.round(tMs))
  const fraction = whole % 1000
  const sign = tMs < 0 && whole > 0 ? '-' : ''
  return `${sign}${Math.floor(whole / 1000)}${fraction === 0 ? '' : `.${String(fraction).padStart(3, '0')}`}`
}

/** A sample's value as Prometheus writes it: `+Inf`, `NaN`, `1e-07`; in full between 1e-6 and 1e21. */
const sampleValue = (value: number): string => {
  const size = Math.abs(value)
  if (!Number.isFinite(value) || size === 0 || (size >= 1e-6 && size < 1e21)) return formatNumber(value)
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}

/** Labels in the order of their names. */
export const sortedLabels = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

const metric = (labels: Labels): string => JSON.stringify(sortedLabels(labels))

function* vectorJson(samples: Extract<Value, {type: 'vector'}>['samples']): Generator<string> {
  yield '{"resultType":"vector","result":['
  for (const [index, {labels, value, tMs}] of samples.entries()) {
    const comma = index === 0 ? '' : ','
    yield `${comma}{"metric":${metric(labels)},"value":[${timestamp(tMs)},"${sampleValue(value)}"]}`
  }
  yield ']}'
}

/** The series of a range query share their times; raw samples may have as many as there are. */
const mostRemembered = 11_000

/** Writes times, and remembers what it wrote. */
const timestamps = (): ((tMs: number) => string) => {
  const written = new Map<number, string>()
  return (tMs) => {
    const known = written.get(tMs)
    if (known !== undefined) return known
    if (written.size === mostRemembered) written.clear()
    const text = timestamp(tMs)
    written.set(tMs, text)
    return text
  }
}

function* matrixJson({series}: Matrix): Generator<string> {
  const timeText = timestamps()
  yield '{"resultType":"matrix","result":['
  for (const [index, {labels, t, v}] of series.entries()) {
    let points = ''
    for (const [at, tMs] of t.entries()) {
      points += `${at === 0 ? '' : ','}[${timeText(tMs)},"${sampleValue(v[at] ?? Number.NaN)}"]`
    }
    yield `${index === 0 ? '' : ','}{"metric":${metric(labels)},"values":[${points}]}`
  }
  yield ']}'
}

/** What a query answered at `atMs`, in the JSON of Prometheus's HTTP API (the part under `data`), series by series. */
export function* answerJson(value: Value, atMs: number): Generator<string> {
  switch (value.type) {
    case 'scalar':
      yield `{"resultType":"scalar","result":[${timestamp(atMs)},"${formatNumber(value.value)}"]}`
      return
    case 'string':
      yield `{"resultType":"string","result":[${timestamp(atMs)},${JSON.stringify(value.value)}]}`
      return
    case 'vector':
      yield* vectorJson(value.samples)
      return
    case 'matrix':
      yield* matrixJson(value)
  }
}
