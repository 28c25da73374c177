import type {PhaseName} from '../../scenarios/scenario.js'
import type {Random} from '../../system/random.js'
import {latencyCounts} from '../latency-counts.js'
import type {Observations} from '../observations.js'
import {secondsIn} from '../seconds.js'
import {blockBootstrap, type Counts, percentileInterval, quantileOf} from '../statistics/bootstrap.js'
import {findingOf} from '../statistics/difference.js'
import {elapsed, percent} from '../words.js'
import type {ComparisonRow} from './comparison.js'

/** Longer than the echo of a garbage collection or a retry, short enough that a phase has several. */
const blockSeconds = 5
const draws = 400
/** Fewer answers than this in a phase have no percentile worth comparing. */
const leastAnswers = 100

const percentiles = [
  ['p50', 0.5],
  ['p99', 0.99],
] as const

/** Answered latencies of one request name, second by second. */
const latenciesOf = ({record, windows}: Observations, phase: PhaseName, request: string): Counts[] => {
  const window = windows[phase]
  if (!window) return []
  return secondsIn(record.load, window).flatMap(({requests}) => {
    const part = requests[request]
    return part ? [latencyCounts(part)] : []
  })
}

const answersIn = (seconds: readonly Counts[]): number =>
  seconds.flatMap(({counts}) => counts).reduce((sum, count) => sum + count, 0)

const wholeQuantile = (seconds: readonly Counts[], share: number): number => {
  const pooled = new Map<number, number>()
  for (const {values, counts} of seconds)
    for (const [at, value] of values.entries())
      pooled.set(value, (pooled.get(value) ?? 0) + (counts[at] ?? 0))
  return quantileOf(
    pooled,
    [...pooled.keys()].sort((a, b) => a - b),
    share,
  )
}

export interface LatencyQuestion {
  phase: PhaseName
  request: string
  confidence: number
  margin: number
  random: Random
}

/** Percentiles of a request's latency as the load engine saw it: B over A, with the interval of a block bootstrap. */
export const compareLatency = (
  a: Observations,
  b: Observations,
  {phase, request, confidence, margin, random}: LatencyQuestion,
): ComparisonRow[] => {
  const [before, after] = [latenciesOf(a, phase, request), latenciesOf(b, phase, request)]
  if (answersIn(before) < leastAnswers || answersIn(after) < leastAnswers) return []
  return percentiles.map(([name, share]) => {
    const drawn = [before, after].map((seconds) =>
      blockBootstrap(seconds, share, {blockSeconds, draws, random}),
    )
    const [drawsA = [], drawsB = []] = drawn
    const ratios = drawsB.map((value, at) => Math.log(value / (drawsA[at] ?? Number.NaN)))
    const interval = percentileInterval(ratios, confidence)
    const [valueA, valueB] = [wholeQuantile(before, share), wholeQuantile(after, share)]
    const change = {
      value: valueB / valueA - 1,
      low: Math.expm1(interval.low),
      high: Math.expm1(interval.high),
    }
    const said = (part: number): string => `${part < 0 ? '−' : '+'}${percent(Math.abs(part))}`
    return {
      of: 'request',
      what: `${request} ${name}`,
      phase,
      unit: 'ms',
      a: valueA / 1000,
      b: valueB / 1000,
      change: {...change, of: 'relative'},
      finding: findingOf(change, margin),
      message: `${elapsed(valueA / 1000)} to ${elapsed(valueB / 1000)}: ${said(change.value)} (${said(change.low)} to ${said(change.high)})`,
    }
  })
}
