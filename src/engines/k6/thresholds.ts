import type {Json} from '../../system/json.js'
import {loadTag} from './script/messages.js'

/** A threshold of a script, as asked for. */
export interface Threshold {
  /** With its tags. */
  metric: string
  expression: string
  /** It ends the load as soon as it is crossed, but not before this has passed (`10s`) where it says so. */
  abortOnFail?: true
  delayAbortEval?: string
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const thresholdOf = (metric: string, entry: unknown): Threshold[] => {
  if (typeof entry === 'string') return [{metric, expression: entry}]
  if (!isRecord(entry) || typeof entry['threshold'] !== 'string') return []
  const {delayAbortEval} = entry
  return [
    {
      metric,
      expression: entry['threshold'],
      ...(entry['abortOnFail'] === true && {abortOnFail: true as const}),
      ...(typeof delayAbortEval === 'string' && delayAbortEval !== '' && {delayAbortEval}),
    },
  ]
}

/** The thresholds of a script's options, as `k6 inspect` prints them. */
export const thresholdsOf = (options: unknown): Threshold[] => {
  const all = isRecord(options) && isRecord(options['thresholds']) ? options['thresholds'] : {}
  return Object.entries(all).flatMap(([metric, list]) =>
    (Array.isArray(list) ? list : []).flatMap((entry: unknown) => thresholdOf(metric, entry)),
  )
}

/**
 * What k6 evaluates in place of a metric: of requests, those that are not our own. The one with which k6 waits for the
 * start would else be the slowest of all, and a sample where the load had none.
 */
export const countedAs = (metric: string): string => {
  const [, base = metric, tags = ''] = /^([^{]*)(?:\{(.*)\})?$/.exec(metric) ?? []
  if (!base.startsWith('http_req')) return metric
  const chosen = [...(tags.trim() === '' ? [] : [tags.trim()]), `${loadTag.key}:${loadTag.load}`]
  return `${base.trim()}{${chosen.join(',')}}`
}

/** The thresholds as k6's options take them. */
export const thresholdOptions = (thresholds: readonly Threshold[]): Record<string, Json> => {
  const options: Record<string, Json[]> = {}
  for (const {metric, expression, abortOnFail = false, delayAbortEval} of thresholds) {
    const entry = {threshold: expression, abortOnFail, ...(delayAbortEval && {delayAbortEval})}
    options[countedAs(metric)] = [...(options[countedAs(metric)] ?? []), entry]
  }
  return options
}

/** What k6 is to say of each metric in its summary: how many samples it had, and what the thresholds look at. */
export const trendStatsFor = (thresholds: readonly Threshold[]): string[] => {
  const percentiles = thresholds.flatMap(({expression}) => statOf(expression).match(/^p\(.*\)$/)?.[0] ?? [])
  return [...new Set(['avg', 'min', 'med', 'max', 'count', ...percentiles])]
}

/** `p(95)` of `p( 95 ) < 500`. */
export const statOf = (expression: string): string =>
  (/^\s*([a-z]+(?:\s*\([^)]*\))?)/.exec(expression)?.[1] ?? '').replace(/\s/g, '')
