import {latencyCounts} from '../latency-counts.js'
import type {Observations} from '../observations.js'
import {type LoadSecond, type RequestSecond, secondsIn} from '../seconds.js'
import {quantileOf} from '../statistics/bootstrap.js'
import {chanceOfMiss, clopperPearson} from '../statistics/interval.js'

/** A second is unlike the baseline when chance makes one like it less often than this. */
const leastChance = 1e-4
/** Answers slower than this share of the baseline's are bad ones. */
const slowShare = 0.99
/** Fewer requests than this in the baseline are no ground to compare with. */
const leastRequests = 50

interface Tally {
  bad: number
  total: number
}

/** By request name, in µs: slower is unusual. */
type Limits = Map<string, number>

const limitsOf = (baseline: readonly LoadSecond[]): Limits => {
  const pooled = new Map<string, Map<number, number>>()
  for (const {requests} of baseline) {
    for (const [name, request] of Object.entries(requests)) {
      const own = pooled.get(name) ?? new Map<number, number>()
      const {values, counts} = latencyCounts(request)
      for (const [at, value] of values.entries()) own.set(value, (own.get(value) ?? 0) + (counts[at] ?? 0))
      pooled.set(name, own)
    }
  }
  return new Map(
    [...pooled].map(([name, own]) => [
      name,
      quantileOf(
        own,
        [...own.keys()].sort((a, b) => a - b),
        slowShare,
      ),
    ]),
  )
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

const added = (parts: readonly Tally[]): Tally =>
  parts.reduce((sum, {bad, total}) => ({bad: sum.bad + bad, total: sum.total + total}), {bad: 0, total: 0})

const secondTally = ({requests}: LoadSecond, limits: Limits): Tally =>
  added(Object.entries(requests).map(([name, request]) => tallyOf(request, limits.get(name))))

/**
 * Seconds of the load (epoch ms of their start) with more bad requests than the baseline explains: a one-sided binomial
 * test of each against the upper end of the baseline's own share. Undefined when there is no baseline to compare with.
 */
export const deviationsOf = ({record, windows}: Observations): number[] | undefined => {
  const baseline = windows.baseline ? secondsIn(record.load, windows.baseline) : []
  const limits = limitsOf(baseline)
  const usual = added(baseline.map((second) => secondTally(second, limits)))
  if (usual.total < leastRequests) return undefined
  const share = clopperPearson(usual.bad, usual.total, 0.99).high
  const afterMs = windows.baseline?.endMs ?? 0
  return record.load.flatMap((second) => {
    const {bad, total} = secondTally(second, limits)
    const isUnlike =
      second.startMs + 1000 > afterMs && chanceOfMiss(total - bad, total, 1 - share) < leastChance
    return isUnlike ? [second.startMs] : []
  })
}
