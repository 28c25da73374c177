import {decodeFromCompressedBase64, JsHistogram} from 'hdr-histogram-js'
import type {LoadState} from './state.js'

/** What is read of a request name in a second. */
export interface RequestOfSecond {
  skipped: number
  answered: Readonly<Record<string, number>>
  failed: Readonly<Partial<Record<string, number>>>
  /** Microseconds: HdrHistogram V2, compressed, base64; empty where nothing was answered. */
  histogram: string
  unexpected?: number
}

type Labels = Record<string, string>

const duration = 'shakedown_load_request_duration_seconds'
const total = 'shakedown_load_requests_total'
const surprises = 'shakedown_load_unexpected_answers_total'

/** Bounds in seconds: those of Prometheus clients, with more between them where objectives for HTTP are set. */
const usual = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2,
  2.5, 3, 4, 5, 7.5, 10, 15, 20, 30, 60,
]

const boundsWith = (boundsMs: readonly number[]): number[] =>
  [...new Set([...usual, ...boundsMs.map((ms) => ms / 1000)])].sort((a, b) => a - b)

/** Each recorded value in microseconds, the lower end of its bucket, and how often. */
const recorded = (encoded: string): {us: number; count: number}[] => {
  const histogram = encoded === '' ? undefined : decodeFromCompressedBase64(encoded)
  if (!(histogram instanceof JsHistogram) || histogram.totalCount === 0) return []
  const values: {us: number; count: number}[] = []
  for (let index = 0; index < histogram.countsArrayLength; index++) {
    const count = histogram.getCountAtIndex(index)
    if (count > 0) values.push({us: histogram.valueFromIndex(index), count})
  }
  return values
}

/** One without an answer took longer than any bound: a target that is down must not look fast. */
const observe = (
  state: LoadState,
  labels: Labels,
  {histogram, failed}: RequestOfSecond,
  boundsMs: readonly number[],
): void => {
  const values = recorded(histogram)
  const answered = values.reduce((sum, {count}) => sum + count, 0)
  const lost = Object.values(failed).reduce<number>((sum, count = 0) => sum + count, 0)
  let below = 0
  let at = 0
  for (const bound of boundsWith(boundsMs)) {
    for (let value = values[at]; value !== undefined && value.us <= bound * 1e6; value = values[++at])
      below += value.count
    state.add(duration, {...labels, le: String(bound)}, below, '_bucket')
  }
  state.add(duration, {...labels, le: '+Inf'}, answered + lost, '_bucket')
  state.add(duration, labels, answered + lost, '_count')
  state.add(duration, labels, values.reduce((sum, {us, count}) => sum + us * count, 0) / 1e6, '_sum')
}

/** The outcomes that there may be, at zero; others come up as they do. */
export const zeroRequest = (state: LoadState, labels: Labels, boundsMs: readonly number[]): void => {
  state.add(total, {...labels, outcome: 'answered', code: '200'}, 0)
  state.add(total, {...labels, outcome: 'failed', error: 'timeout'}, 0)
  state.add(total, {...labels, outcome: 'skipped'}, 0)
  state.add(surprises, labels, 0)
  observe(state, labels, {skipped: 0, answered: {}, failed: {}, histogram: ''}, boundsMs)
}

/** Books what became of one request name in one second. */
export const countRequest = (
  state: LoadState,
  labels: Labels,
  counts: RequestOfSecond,
  boundsMs: readonly number[],
): void => {
  const {answered, failed, skipped, unexpected = 0} = counts
  for (const [code, count] of Object.entries(answered))
    state.add(total, {...labels, outcome: 'answered', code}, count)
  for (const [error, count = 0] of Object.entries(failed))
    state.add(total, {...labels, outcome: 'failed', error}, count)
  state.add(total, {...labels, outcome: 'skipped'}, skipped)
  state.add(surprises, labels, unexpected)
  observe(state, labels, counts, boundsMs)
}
