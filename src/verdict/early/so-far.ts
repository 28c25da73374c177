import {loadPrefix, settledAfterMs} from '../../plan/load-metrics/subject.js'
import type {Plan} from '../../plan/plan.js'
import type {Decision} from '../../run/record.js'
import type {SoFar} from '../../run/standing.js'
import type {LatencyObjective, Objective, RatioObjective} from '../../scenarios/scenario.js'
import {blockMsOf, blocksOf} from '../blocks.js'
import {isLack, type Lack, newestMs, type Observations, observationsOf} from '../observations.js'
import {asRecord} from '../recent-record.js'
import {staleAfterIntervals, staleness} from '../share.js'
import {sliOf} from '../sli.js'
import type {Window} from '../windows.js'
import {elapsed} from '../words.js'
import {type Question, type Weight, weigh} from './weigh.js'

/** What is judged by counting good events. */
export type ShareObjective = RatioObjective | LatencyObjective

export const isShare = (objective: Objective): objective is ShareObjective =>
  objective.kind === 'ratio' || objective.kind === 'latency'

/** Tests that are made in a run, each objective in each of its phases: a wrong miss in any of them is a wrong fail. */
export const testsOf = (objectives: readonly Objective[]): number =>
  Math.max(
    1,
    objectives
      .filter(({kind}) => kind !== 'query' && kind !== 'alert')
      .reduce((sum, {during}) => sum + during.length, 0),
  )

/** A phase that is on as the last one of a record. */
export const observedSoFar = (plan: Plan, {phase, toMs, events, series, intervalMs}: SoFar): Observations =>
  observationsOf(
    asRecord(plan, {
      series,
      intervalMs,
      events: [...events, {kind: 'event', atMs: toMs, event: 'phase-ended', phase: phase.name}],
    }),
  )

/** Metrics of the load come as late as its answers: a target that hangs must not make them look stale. */
const lagMs = (selector: string, {record}: Observations): number =>
  selector.startsWith(loadPrefix) ? settledAfterMs(record.header.plan.scenario.load) : 0

/** A phase, or as much of it as there was, and how long it was to be. */
export interface Stretch {
  window: Window
  plannedMs: number
  /** Other than 1, see Question. */
  tests: number
}

/**
 * Weighs a share over a stretch of a phase, up to the newest sample in it: the events after that are not known yet.
 * A lack where there is nothing to weigh.
 */
export const weighShare = (
  objective: ShareObjective,
  {window: {startMs, endMs}, plannedMs, tests}: Stretch,
  observed: Observations,
): Weight | Lack => {
  const sli = sliOf(objective, observed)
  if (isLack(sli)) return sli
  const newest = newestMs(sli.total, endMs)
  if (newest === undefined || newest <= startMs) return {lack: 'no samples of this phase yet'}
  const limitMs = staleAfterIntervals * Math.max(1000, observed.intervalMs) + lagMs(sli.selector, observed)
  if (endMs - newest > limitMs)
    return {lack: `stale data: the last sample of ${sli.selector} is ${elapsed(endMs - newest)} old`}
  const window = {startMs, endMs: newest}
  const stale = staleness(sli, window, observed)
  if (stale !== undefined) return {lack: stale}
  // Events that do not fit each other are told by the counts of the whole window.
  const tally = sli.counts([startMs, newest])[0]
  if (tally !== undefined && isLack(tally)) return tally
  const {target, confidence} = objective
  const blockMs = blockMsOf(window, observed.intervalMs)
  const question: Question = {target, confidence, tests, wholeBlocks: plannedMs / blockMs, blockMs}
  return weigh(blocksOf(sli, window, observed), question)
}

/** What a weight that is certain comes to, in shares of good events; undefined when it decides nothing. */
export const decisionOf = (weight: Weight, {minSamples}: ShareObjective): Decision | undefined => {
  const {state, estimate, interval, met, missed, counts, effective} = weight
  if (state === 'undecided' || counts.total < minSamples) return undefined
  return {
    state,
    eValue: state === 'met' ? met : missed,
    good: counts.good,
    total: counts.total,
    effective,
    estimate: 1 - estimate,
    low: 1 - interval.high,
    high: 1 - interval.low,
  }
}
