import type {PhaseName} from '../../scenarios/scenario.js'
import type {Random} from '../../system/random.js'
import {latencyCounts} from '../latency-counts.js'
import type {Observations} from '../observations.js'
import {secondsIn} from '../seconds.js'
import {blockBootstrap, type Counts, percentileInterval, quantileOf} from '../statistics/bootstrap.js'
import {findingOf} from '../statistics/difference.js'
import type {Interval} from '../statistics/interval.js'
import {elapsed, percent, plural} from '../words.js'
import type {ComparisonRow} from './comparison.js'

/** Longer than the echo of a garbage collection or a retry, short enough that a phase has several. */
const blockSeconds = 5
/** Each end of the interval has so many draws beyond it, or its place is a matter of chance: 400 at 95 %, 2,000 at 99 %. */
const drawsBeyond = 10
/** Above 99.9 % no more: it would take longer than it tells. */
const mostDraws = 20_000

/** How many draws an interval of this confidence takes. */
export const drawsFor = (confidence: number): number =>
  Math.min(mostDraws, Math.round((2 * drawsBeyond) / (1 - confidence)))

/** A phase has so many blocks or more: of fewer, each draw is much like the phase itself, and its interval no width. */
const leastBlocks = 4
/** Shorter phases say nothing about how they vary. */
const leastSeconds = 8
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

/** Why a side has no percentile with an interval, or nothing. */
const lackOf = (seconds: readonly Counts[], side: string): string | undefined => {
  const answers = answersIn(seconds)
  if (answers < leastAnswers) return `${side} has ${plural(answers, 'answer')}, ${leastAnswers} are needed`
  return seconds.length < leastSeconds
    ? `${side} has ${plural(seconds.length, 'second')} of answers, ${leastSeconds} are needed`
    : undefined
}

/**
 * Percentiles of a request's latency as the load engine saw it: B over A, with the interval of a block bootstrap.
 * Where one side has them and the other too few answers, that is said: it may be the change.
 */
export const compareLatency = (
  a: Observations,
  b: Observations,
  {phase, request, confidence, margin, random}: LatencyQuestion,
): ComparisonRow[] => {
  const sides = [latenciesOf(a, phase, request), latenciesOf(b, phase, request)] as const
  if (sides.every((seconds) => answersIn(seconds) < leastAnswers)) return []
  const rows = percentiles.map(([name]) => rowOf(`${request} ${name}`, phase))
  const lack = lackOf(sides[0], 'A') ?? lackOf(sides[1], 'B')
  if (lack !== undefined) return rows.map((row) => ({...row, finding: 'cannot tell', message: lack}))
  const [drawsA = [], drawsB = []] = sides.map((seconds) =>
    blockBootstrap(
      seconds,
      percentiles.map(([, share]) => share),
      {
        blockSeconds: Math.min(blockSeconds, Math.floor(seconds.length / leastBlocks)),
        draws: drawsFor(confidence),
        random,
      },
    ),
  )
  return rows.map((row, which) => {
    const [, share = 0] = percentiles[which] ?? []
    const values = [wholeQuantile(sides[0], share), wholeQuantile(sides[1], share)] as const
    const ratios = (drawsB[which] ?? []).map((value, at) =>
      Math.log(value / (drawsA[which]?.[at] ?? Number.NaN)),
    )
    return {...row, ...changed(values, percentileInterval(ratios, confidence), margin)}
  })
}

const rowOf = (what: string, phase: PhaseName) => ({of: 'request', what, phase, unit: 'ms'}) as const

/** From two percentiles (µs) and the interval of the logarithm of their ratio. */
const changed = (
  [a, b]: readonly [number, number],
  {low, high}: Interval,
  margin: number,
): Pick<ComparisonRow, 'a' | 'b' | 'change' | 'finding' | 'message'> => {
  const change = {value: b / a - 1, low: Math.expm1(low), high: Math.expm1(high)}
  const said = (part: number): string => `${part < 0 ? '−' : '+'}${percent(Math.abs(part))}`
  return {
    a: a / 1000,
    b: b / 1000,
    change: {...change, of: 'relative'},
    finding: findingOf(change, margin),
    message: `${elapsed(a / 1000)} to ${elapsed(b / 1000)}: ${said(change.value)} (${said(change.low)} to ${said(change.high)})`,
  }
}
