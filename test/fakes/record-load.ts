import {build, encodeIntoCompressedBase64} from 'hdr-histogram-js'
import type {LoadSecond, RequestSecond} from '../../src/engines/engine.js'
import {runStartMs} from './record-series.js'

/** A histogram as the pacer writes it, from latencies in ms. */
export const histogramOf = (latenciesMs: readonly number[]): string => {
  const histogram = build({numberOfSignificantValueDigits: 3})
  for (const ms of latenciesMs) histogram.recordValue(Math.round(ms * 1000))
  return encodeIntoCompressedBase64(histogram)
}

/** One second of one request name: `fast` answered in 10 ms to 29 ms, `slow` in 2 s, `rejected` with 503 in 5 ms. */
export const requestSecond = (fast: number, {slow = 0, rejected = 0, timedOut = 0} = {}): RequestSecond => {
  const sent = fast + slow + rejected + timedOut
  const latencies = [
    ...Array.from({length: fast}, (_, index) => 10 + (index % 20)),
    ...Array.from({length: slow}, () => 2000),
    ...Array.from({length: rejected}, () => 5),
  ]
  return {
    due: sent,
    sent,
    skipped: 0,
    answered: {...(fast + slow > 0 ? {200: fast + slow} : {}), ...(rejected > 0 ? {503: rejected} : {})},
    failed: timedOut > 0 ? {timeout: timedOut} : {},
    histogram: histogramOf(latencies),
  }
}

export const loadSecond = (second: number, requests: Record<string, RequestSecond>): LoadSecond => ({
  startMs: runStartMs + second * 1000,
  requests,
  health: {latenessMs: {p50: 0.2, p99: 1.4, max: 3 + (second % 5)}, cpu: 0.12, inFlight: 4},
})
