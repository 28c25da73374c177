import {formatDuration} from '../scenarios/quantities.js'
import type {LatencyObjective, RatioObjective} from '../scenarios/scenario.js'
import {type Counter, increasesOfAll} from './counting.js'
import {type Bound, placeOf} from './latency-bound.js'
import {holds, type Lack, matchersOf, type Observations, select} from './observations.js'
import type {Window} from './windows.js'

/** Events counted in a window. `good + bad = total`. */
export interface Tally {
  good: number
  bad: number
  total: number
}

/** A service-level indicator over one record: counts any window; `total` are the series that say how many events. */
export interface Sli {
  total: Counter[]
  /** The series that count the good events of them, or the bad ones. */
  part: {of: 'good' | 'bad'; counters: Counter[]}
  /** What is counted, for messages: a selector. */
  selector: string
  /** Counts from each time to the next (epoch ms, rising). */
  counts(edgesMs: readonly number[]): (Tally | Lack)[]
}

/** Counts one window. */
export const countIn = ({counts, selector}: Sli, {startMs, endMs}: Window): Tally | Lack =>
  counts([startMs, endMs])[0] ?? noEvents(selector)

/** Finds the series of an objective once, so that any number of windows can be counted. */
export const sliOf = (objective: RatioObjective | LatencyObjective, observed: Observations): Sli | Lack =>
  objective.kind === 'ratio' ? ratioSli(objective, observed) : latencySli(objective, observed)

const notHeld = (selector: string): Lack => ({
  lack: `no data: the record does not hold ${selector}; it holds what its own scenario asked Prometheus for`,
})

const noEvents = (selector: string): Lack => ({lack: `no data: ${selector} counted no events`})

const ratioSli = (objective: RatioObjective, observed: Observations): Sli | Lack => {
  const partSelector = objective.bad ?? objective.good
  if (partSelector === undefined) return {lack: 'neither good nor bad events are named'}
  const missing = [partSelector, objective.total].find((selector) => !holds(observed, selector))
  if (missing !== undefined) return notHeld(missing)
  const total = select(observed, matchersOf(objective.total))
  if (total.length === 0) return {lack: `no data: no series matches ${objective.total}`}
  const part = select(observed, matchersOf(partSelector))
  const mayBeUnknown = objective.onNoData === 'zero' && objective.bad !== undefined
  const unknown = part.length === 0 && !mayBeUnknown ? unknownIn(partSelector, observed) : undefined
  if (unknown) return unknown
  const counts = (edgesMs: readonly number[]): (Tally | Lack)[] => {
    const parts = increasesOfAll(part, edgesMs)
    return increasesOfAll(total, edgesMs).map((all, at) => {
      if (!all) return noEvents(objective.total)
      const some = parts[at] ?? 0
      return tallyOf(objective.bad === undefined ? some : all - some, all, objective)
    })
  }
  const of = objective.bad === undefined ? 'good' : 'bad'
  return {total, part: {of, counters: part}, selector: objective.total, counts}
}

/** The two counts come from the same scrapes; more than 1 % too much means that they count different things. */
const tallyOf = (good: number, total: number, objective: RatioObjective): Tally | Lack => {
  if (good < -0.01 * total || good > 1.01 * total) {
    const part = objective.bad ?? objective.good
    return {lack: `${part} counts more events than ${objective.total}: they do not count the same events`}
  }
  const within = Math.min(total, Math.max(0, good))
  return {good: within, bad: total - within, total}
}

/**
 * A selector that matches nothing may mean zero (no error yet, so no series) or a slip of the pen. It means zero only
 * when its metric is in the record with every label it asks for, and from the job it names.
 */
export const unknownIn = (selector: string, observed: Observations): Lack | undefined => {
  const matchers = matchersOf(selector)
  const ofMetric = select(
    observed,
    matchers.filter(({label}) => label === '__name__' || label === 'job'),
  )
  const lack = (why: string): Lack => ({lack: `no data: no series matches ${selector}, and ${why}`})
  if (ofMetric.length === 0) return lack('the record does not know that metric from that job')
  const strange = matchers.find(({label}) => ofMetric.every(({labels}) => labels[label] === undefined))
  return strange && lack(`none of that metric has the label ${strange.label}`)
}

/** A histogram's counts: at the latency asked for, or at the two bounds around it. */
export type LatencySlis =
  | {kind: 'exact'; sli: Sli}
  /** Good at `below` is certainly good, bad at `above` certainly bad. Without `below`, nothing is certainly good. */
  | {kind: 'between'; below: Sli; above: Sli; bounds: {belowMs?: number; aboveMs: number}}

/** Finds the counts of a latency objective, or of its neighbours where it is not a bucket bound. */
export const latencySlis = (objective: LatencyObjective, observed: Observations): LatencySlis | Lack => {
  const {latency} = objective
  if (!holds(observed, latency)) return notHeld(latency)
  const [total, buckets] = (['count', 'bucket'] as const).map((part) =>
    select(
      observed,
      matchersOf(latency, (metric) => `${metric}_${part}`),
    ),
  )
  if (!total?.length || !buckets?.length) return {lack: `no data: no histogram matches ${latency}`}
  const place = placeOf(buckets, objective)
  if (!('kind' in place)) return place
  const sliAt = (bound: Bound | undefined): Sli => fasterThan(bound, total, latency)
  if (place.kind === 'exact') return {kind: 'exact', sli: sliAt(place.at)}
  const {below, above} = place
  const bounds = {...(below && {belowMs: below.ms}), aboveMs: above.ms}
  return {kind: 'between', below: sliAt(below), above: sliAt(above), bounds}
}

const fasterThan = (bound: Bound | undefined, total: Counter[], latency: string): Sli => ({
  total,
  part: {of: 'good', counters: bound?.buckets ?? []},
  selector: latency,
  counts: (edgesMs) => {
    const fast = increasesOfAll(bound?.buckets ?? [], edgesMs)
    return increasesOfAll(total, edgesMs).map((all, at) => {
      if (!all) return noEvents(latency)
      const good = Math.min(all, fast[at] ?? 0)
      return {good, bad: all - good, total: all}
    })
  },
})

/** One count of good events is needed here: a latency between two bounds has none. */
const latencySli = (objective: LatencyObjective, observed: Observations): Sli | Lack => {
  const slis = latencySlis(objective, observed)
  if (!('kind' in slis)) return slis
  if (slis.kind === 'exact') return slis.sli
  const {belowMs, aboveMs} = slis.bounds
  const next = [belowMs, aboveMs].flatMap((ms) => (ms === undefined ? [] : formatDuration(ms))).join(', ')
  return {
    lack: `${formatDuration(objective.belowMs)} is not a bucket bound of ${objective.latency}; bounds next to it: ${next}`,
  }
}
