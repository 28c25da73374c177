import {formatDuration, formatPercent} from '../scenarios/quantities.js'
import type {LatencyObjective, PhaseName, RatioObjective} from '../scenarios/scenario.js'
import {blockMsOf, blocksOf} from './blocks.js'
import {budgetOf} from './budget.js'
import {type Doubtful, doubtsAtEdges} from './edges.js'
import {between, type Measured} from './latency-between.js'
import {isLack, type Lack, newestMs, type Observations} from './observations.js'
import {countIn, type LatencySlis, latencySlis, type Sli, sliOf, type Tally} from './sli.js'
import {type Dispersion, dispersionOf} from './statistics/dispersion.js'
import {chanceOfMiss, decide, eventsToDecide} from './statistics/interval.js'
import {shareInterval, worthOf} from './statistics/share-interval.js'
import type {ObjectiveVerdict} from './verdict.js'
import type {Window} from './windows.js'
import {count, elapsed, percent, percentBeside, plural} from './words.js'

type ShareObjective = RatioObjective | LatencyObjective

/** Samples older than this many intervals at the end of a phase are stale: what came after them was not seen. */
export const staleAfterIntervals = 5

/** Judges a share of good events in one phase: pass when its whole interval meets the target, fail when none does. */
export const judgeShare = (
  objective: ShareObjective,
  phase: PhaseName,
  observed: Observations,
): ObjectiveVerdict => {
  const base = {
    name: objective.name,
    kind: objective.kind,
    phase,
    unit: 'ratio',
    target: objective.target,
    comparator: '>=',
    confidence: objective.confidence,
  } as const
  const inconclusive = (message: string) => ({...base, outcome: 'inconclusive', message}) as const
  const window = observed.windows[phase]
  if (!window) return inconclusive(`no data: the ${phase} phase did not run to its end`)
  const found = slisOf(objective, observed)
  if (isLack(found)) return inconclusive(found.lack)
  const measure = (sli: Sli): Measured | Lack => {
    const tally = countIn(sli, window)
    if (isLack(tally)) return {lack: `${tally.lack} in the ${phase} phase`}
    const stale = staleness(sli, window, observed)
    if (stale) return {lack: stale}
    const blockMs = blockMsOf(window, observed.intervalMs)
    const dispersion = dispersionOf(blocksOf(sli, window, observed), objective.confidence, blockMs)
    const doubts = doubtsAtEdges(sli, window, tally, observed)
    const measured = doubts
      ? widened(objective, tally, dispersion, doubts)
      : decided(objective, tally, dispersion)
    return {...measured, ...budgetIn(tally, objective.target, window)}
  }
  if (found.kind === 'exact') {
    const measured = measure(found.sli)
    return isLack(measured) ? inconclusive(measured.lack) : {...base, ...measured}
  }
  const [below, above] = [measure(found.below), measure(found.above)]
  if (isLack(below)) return inconclusive(below.lack)
  if (isLack(above)) return inconclusive(above.lack)
  return {...base, ...between({below, above, bounds: found.bounds}, objective)}
}

const slisOf = (objective: ShareObjective, observed: Observations): LatencySlis | Lack => {
  if (objective.kind === 'latency') return latencySlis(objective, observed)
  const sli = sliOf(objective, observed)
  return isLack(sli) ? sli : {kind: 'exact', sli}
}

const budgetIn = (tally: Tally, target: number, window: Window): Pick<ObjectiveVerdict, 'budget'> => {
  const budget = budgetOf(tally, target, window)
  return budget ? {budget} : {}
}

/**
 * Why the counts of a window are not those of the window, or nothing. A gap over the end hides events of this phase; a
 * gap over the start brings in those of the one before.
 */
export const staleness = (
  sli: Sli,
  {startMs, endMs}: Window,
  {intervalMs}: Observations,
): string | undefined => {
  const ageAt = (atMs: number, otherwise: number): number => atMs - (newestMs(sli.total, atMs) ?? otherwise)
  // Where no sample follows, nobody knows what came after the last: the bound of `doubtsAtEdges` has no upper side.
  const isLast = sli.total.every(({t}) => (t.at(-1) ?? endMs) <= endMs)
  const edges = [
    ['start', ageAt(startMs, startMs), staleAfterIntervals * intervalMs],
    [
      'end',
      ageAt(endMs, Number.NEGATIVE_INFINITY),
      isLast ? 2 * Math.max(1000, intervalMs) : staleAfterIntervals * intervalMs,
    ],
  ] as const
  const stale = edges.find(([, ageMs, limitMs]) => ageMs > limitMs)
  if (!stale) return undefined
  const [edge, ageMs] = stale
  return `stale data: the last sample of ${sli.selector} is ${elapsed(ageMs)} older than the ${edge} of the phase`
}

/**
 * What is certain wherever the events around the edges belong: the outcome that all of it comes to, and the interval that
 * holds them all.
 */
const widened = (
  objective: ShareObjective,
  tally: Tally,
  dispersion: Dispersion,
  {worst, best, message}: Doubtful,
): Measured => {
  const of = (other: Tally): Measured => {
    const effective = (dispersion.effective * other.total) / tally.total
    return decided(objective, other, {...dispersion, effective})
  }
  const [seen, ...others] = [of(tally), ...[worst, best].filter(({total}) => total > 0).map(of)]
  if (!seen) throw new TypeError('what was counted is there')
  const all = [seen, ...others]
  const interval = {
    low: Math.min(...all.map(({interval: {low}}) => low)),
    high: Math.max(...all.map(({interval: {high}}) => high)),
  }
  // A miss must be one for certain: Holm's procedure goes by this.
  const chance = Math.max(...all.map(({chance = 1}) => chance))
  const isCertain = others.length === 2 && others.every(({outcome}) => outcome === seen.outcome)
  const measured = {...seen, interval, chance}
  if (isCertain) return {...measured, message: `${seen.message}; ${message}, which changes nothing`}
  const {needs: _, ...open} = measured
  const between = `between ${percent(interval.low)} and ${percent(interval.high)} may be good then`
  return {...open, outcome: 'inconclusive', message: `${sentence(objective, tally)}; ${message}; ${between}`}
}

/** What the counts say about the objective. */
const decided = (objective: ShareObjective, tally: Tally, dispersion: Dispersion): Measured => {
  const {target, confidence, minSamples} = objective
  const estimate = tally.good / tally.total
  // In bursts, so many events tell as much as fewer independent ones would.
  const worth = Math.min(1, dispersion.effective / tally.total)
  const ends = worthOf(tally, dispersion, confidence)
  const interval = shareInterval(tally, ends, confidence)
  const measured = {
    estimate,
    interval,
    counts: tally,
    dispersion: {designEffect: dispersion.designEffect, effective: tally.total * worth},
    chance: chanceOfMiss(tally.good * ends.missed, tally.total * ends.missed, target),
  }
  const said = `${sentence(objective, tally)}${burstsInWords(tally, worth, dispersion.designEffect)}`
  const independent = eventsToDecide(estimate, target, confidence)
  const each = estimate > target ? ends.met : ends.missed
  const total = independent === undefined ? undefined : independent / each
  if (tally.total < minSamples) {
    const events = Math.ceil(Math.max(minSamples, total ?? 0) - tally.total)
    const why = `fewer than the ${plural(minSamples, 'event')} asked for`
    return {...measured, outcome: 'inconclusive', message: `${said}; ${why}`, needs: {events}}
  }
  const outcome = decide(interval, target)
  if (outcome !== 'inconclusive') return {...measured, outcome, message: said}
  const open = `the interval from ${percent(interval.low)} to ${percent(interval.high)} holds the target`
  if (total === undefined) return {...measured, outcome, message: `${said}; ${open}, ${noNumber(target)}`}
  const events = Math.max(1, Math.ceil(total - tally.total))
  const needs = `needs about ${plural(events, 'more event')} at this share`
  return {...measured, outcome, message: `${said}; ${open}, ${needs}`, needs: {events}}
}

/** Below this design effect a short phase does no more than fail to rule bursts out. */
const plainBursts = 3

/** Told where it matters: errors that come together tell less than their number says. */
const burstsInWords = ({total}: Tally, worth: number, designEffect: number): string => {
  if (worth > 0.9) return ''
  const bursts = designEffect < plainBursts ? 'as they may come in bursts' : 'as they come in bursts'
  return `, worth ${count(Math.floor(total * worth))} independent ones ${bursts}`
}

const noNumber = (target: number): string =>
  target >= 1
    ? 'and no number of events can show 100%: ask for 99.9% or less'
    : 'and no number of events decides at a share so near to it'

const sentence = (objective: ShareObjective, {good, total}: Tally): string => {
  const what = objective.kind === 'latency' ? `below ${formatDuration(objective.belowMs)}` : 'good'
  const measured = `${percentBeside(good / total, objective.target)} ${what}`
  return `${measured} (${count(good)} of ${count(total)}), asked for ${formatPercent(objective.target)}`
}
