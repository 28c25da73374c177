import {formatDuration, formatPercent} from '../scenarios/quantities.js'
import type {LatencyObjective, PhaseName, RatioObjective} from '../scenarios/scenario.js'
import {clopperPearson, decide, eventsToDecide} from './interval.js'
import {isLack, newestMs, type Observations} from './observations.js'
import {type Sli, sliOf, type Tally} from './sli.js'
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
  const sli = sliOf(objective, observed)
  if (isLack(sli)) return inconclusive(sli.lack)
  const tally = sli.count(window)
  if (isLack(tally)) return inconclusive(`${tally.lack} in the ${phase} phase`)
  const stale = staleness(sli, window, observed)
  return stale ? inconclusive(stale) : {...base, ...decided(objective, tally)}
}

/** A gap over the end hides events of this phase; a gap over the start brings in those of the one before. */
const staleness = (sli: Sli, {startMs, endMs}: Window, {intervalMs}: Observations): string | undefined => {
  const ageAt = (atMs: number, otherwise: number): number => atMs - (newestMs(sli.total, atMs) ?? otherwise)
  const edges = [
    ['start', ageAt(startMs, startMs)],
    ['end', ageAt(endMs, Number.NEGATIVE_INFINITY)],
  ] as const
  const stale = edges.find(([, ageMs]) => ageMs > staleAfterIntervals * intervalMs)
  if (!stale) return undefined
  const [edge, ageMs] = stale
  return `stale data: the last sample of ${sli.selector} is ${elapsed(ageMs)} older than the ${edge} of the phase`
}

/** What the counts say about the objective. */
const decided = (
  objective: ShareObjective,
  tally: Tally,
): Pick<ObjectiveVerdict, 'outcome' | 'message' | 'estimate' | 'interval' | 'counts' | 'needs'> => {
  const {target, confidence, minSamples} = objective
  const estimate = tally.good / tally.total
  const interval = clopperPearson(tally.good, tally.total, confidence)
  const measured = {estimate, interval, counts: tally}
  const said = sentence(objective, tally)
  const total = eventsToDecide(estimate, target, confidence)
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

const noNumber = (target: number): string =>
  target >= 1
    ? 'and no number of events can show 100%: ask for 99.9% or less'
    : 'and no number of events decides at a share so near to it'

const sentence = (objective: ShareObjective, {good, total}: Tally): string => {
  const what = objective.kind === 'latency' ? `below ${formatDuration(objective.belowMs)}` : 'good'
  const measured = `${percentBeside(good / total, objective.target)} ${what}`
  return `${measured} (${count(good)} of ${count(total)}), asked for ${formatPercent(objective.target)}`
}
