import type {FailureKind} from '../engine.js'
import {createRowReader} from './csv-rows.js'
import {failureKindOf} from './failure.js'
import {arrivalMetric, numberKey, skippedMetric} from './script/messages.js'

/** One thing that k6 tells by its samples, of an arrival by its number; times are epoch ms of k6's clock. */
export type Sample = {scenario: string} & (
  | {kind: 'started'; n: number; name: string; atMs: number}
  | {kind: 'dropped'; count: number}
  /** The script itself did not send it, as no user was free in time. */
  | {kind: 'skipped'; n: number}
  | ({kind: 'request'} & RequestSample)
  | {kind: 'finished'; n: number; atMs: number}
)

/** A request that has ended. */
export interface RequestSample {
  n: number
  name: string
  endMs: number
  /** From the send to the end of the answer, waiting for a connection and making it included. */
  tookMs: number
  ending: {status: number} | {failure: FailureKind}
}

type Field = (column: string) => string

const durations = new Set(['http_req_duration', 'http_req_blocked'])
/** The last of a request's rows that are read; all of them come together. */
const lastOfRequest = 'http_req_receiving'
const wanted = new Set([
  arrivalMetric,
  skippedMetric,
  'http_reqs',
  ...durations,
  lastOfRequest,
  'iterations',
  'dropped_iterations',
])

const numberPattern = new RegExp(`(?:^|&)${numberKey}=(\\d+)`)

const requestOf = (field: Field, n: number): RequestSample => {
  const failure = failureKindOf(field('error_code'), field('error'))
  const ending = failure === undefined ? {status: Number(field('status'))} : {failure}
  return {n, name: field('name'), endMs: Number(field('timestamp')) / 1e6, tookMs: 0, ending}
}

/** What a row tells by itself; nothing when it belongs to setup or teardown, which are no load. */
const sampleOf = (metric: string, field: Field): Sample | undefined => {
  const scenario = field('scenario')
  if (metric === 'dropped_iterations')
    return {kind: 'dropped', scenario, count: Number(field('metric_value'))}
  const number = numberPattern.exec(field('metadata'))?.[1]
  if (number === undefined) return undefined
  const n = Number(number)
  if (metric === skippedMetric) return {kind: 'skipped', scenario, n}
  const atMs = Number(field('timestamp')) / 1e6
  if (metric === 'iterations') return {kind: 'finished', scenario, n, atMs}
  if (metric === 'http_reqs') return {kind: 'request', scenario, ...requestOf(field, n)}
  return {kind: 'started', scenario, n, name: field('name'), atMs}
}

/** Reads k6's samples as CSV, times in nanoseconds. A request is several rows: first its count, then its durations. */
export const createSampleReader = (tell: (sample: Sample) => void): ((text: string) => void) => {
  let request: Extract<Sample, {kind: 'request'}> | undefined
  return createRowReader(wanted, (metric, field) => {
    if (durations.has(metric)) {
      if (request !== undefined) request.tookMs += Number(field('metric_value'))
      return
    }
    if (metric === lastOfRequest) {
      if (request !== undefined) tell(request)
      request = undefined
      return
    }
    const sample = sampleOf(metric, field)
    if (sample?.kind === 'request') request = sample
    else if (sample !== undefined) tell(sample)
  })
}
