import {latencyCounts} from '../latency-counts.js'
import {type LoadSecond, type RequestSecond, secondsIn} from '../seconds.js'
import {quantileOf} from '../statistics/bootstrap.js'
import type {Window} from '../windows.js'

/** Requests, and how many of them went wrong. */
export interface Tally {
  bad: number
  total: number
}

/** One second of load; epoch ms of its start. */
export interface SecondTally extends Tally {
  startMs: number
}

/** By request name, in µs: slower is unusual. */
export type Limits = Map<string, number>

/** Answers slower than this share of the baseline's are bad ones. */
const slowShare = 0.99

/** How slow 99 % of the baseline's answers were, at most, by request name. */
export const usualLimits = (baseline: readonly LoadSecond[]): Limits => {
  const pooled = new Map<string, Map<number, number>>()
  for (const {requests} of baseline) {
    for (const [name, request] of Object.entries(requests)) {
      const own = pooled.get(name) ?? new Map<number, number>()
      const {values, counts} = latencyCounts(request)
      for (const [at, value] of values.entries()) own.set(value, (own.get(value) ?? 0) + (counts[at] ?? 0))
      pooled.set(name, own)
    }
  }
  const limitOf = (own: Map<number, number>): number =>
    quantileOf(
      own,
      [...own.keys()].sort((a, b) => a - b),
      slowShare,
    )
  return new Map([...pooled].map(([name, own]) => [name, limitOf(own)]))
}

/** Bad are answers of class 5xx, requests without an answer, and answers slower than the limit. */
const tallyOf = (request: RequestSecond, limit: number | undefined): Tally => {
  const {sent, answered, failed} = request
  const errors = Object.entries(answered).reduce((sum, [code, n]) => sum + (code.startsWith('5') ? n : 0), 0)
  const lost = Object.values(failed).reduce((sum, n) => sum + n, 0)
  const {values, counts} = latencyCounts(request)
  const slow =
    limit === undefined || Number.isNaN(limit)
      ? 0
      : values.reduce((sum, value, at) => sum + (value > limit ? (counts[at] ?? 0) : 0), 0)
  const settled = Object.values(answered).reduce((sum, n) => sum + n, 0) + lost
  // Seconds write down what was settled in them: callers that wait send nothing while their requests time out.
  const total = Math.max(sent, settled)
  // An error that was slow as well is one bad request.
  return {bad: lost + Math.max(errors, Math.min(total - lost, errors + slow)), total}
}

export const added = (parts: readonly Tally[]): Tally =>
  parts.reduce((sum, {bad, total}) => ({bad: sum.bad + bad, total: sum.total + total}), {bad: 0, total: 0})

/** The seconds of a window, all of them when there is none. */
export const talliesIn = (
  load: readonly LoadSecond[],
  limits: Limits,
  window: Window | undefined,
): SecondTally[] =>
  (window ? secondsIn(load, window) : load).map(({startMs, requests}) => ({
    startMs,
    ...added(Object.entries(requests).map(([name, request]) => tallyOf(request, limits.get(name)))),
  }))
