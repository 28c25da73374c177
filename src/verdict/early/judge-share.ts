import {isDeepStrictEqual} from 'node:util'
import type {Decision, RunRecord} from '../../run/record.js'
import {formatDuration, formatPercent} from '../../scenarios/quantities.js'
import type {PhaseName} from '../../scenarios/scenario.js'
import {isLack, type Observations} from '../observations.js'
import {judgeShare} from '../share.js'
import type {ObjectiveVerdict} from '../verdict.js'
import {count, number, percent, percentBeside, plural} from '../words.js'
import {decisionOf, type ShareObjective, testsOf, weighShare} from './so-far.js'
import type {Weight} from './weigh.js'

/** Why a phase ended before its planned end; undefined when it did not. */
export const earlyEndOf = ({events}: RunRecord, phase: PhaseName): string | undefined =>
  events.flatMap((event) =>
    event.event === 'phase-ended' && event.phase === phase ? [event.early ?? []].flat() : [],
  )[0]

/**
 * Judges a share in one phase. Where that ended because of what was counted, the interval for a number of events that
 * was fixed beforehand is not valid: a miss that the anytime-valid test was certain of counts, and else its confidence
 * sequence over all that was counted, so that what was met once and broke later does not pass. A miss counts also where a
 * guard ended the phase because of it.
 */
export const judgeShareIn = (
  objective: ShareObjective,
  phase: PhaseName,
  observed: Observations,
): ObjectiveVerdict => {
  const {record, windows} = observed
  const decision = decidedIn(record, objective, phase)
  const cut = windows[phase] === undefined
  if (decision?.state === 'missed' && (cut || earlyEndOf(record, phase) !== undefined))
    return {...baseOf(objective, phase), ...saying(objective, decision)}
  if (cut || earlyEndOf(record, phase) === undefined) return judgeShare(objective, phase, observed)
  return {...baseOf(objective, phase), ...weighed(objective, phase, observed)}
}

const baseOf = ({name, kind, target, confidence}: ShareObjective, phase: PhaseName) =>
  ({name, kind, phase, unit: 'ratio', target, comparator: '>=', confidence}) as const

/** What the run itself was certain of, if it asked the same. */
const decidedIn = (
  {header, events}: RunRecord,
  objective: ShareObjective,
  phase: PhaseName,
): Decision | undefined => {
  const own = header.plan.scenario.objectives.find(({name}) => name === objective.name)
  if (!own || !isDeepStrictEqual({...own, during: []}, {...objective, during: []})) return undefined
  return events.findLast(
    (event) =>
      event.event === 'objective-decided' && event.objective === objective.name && event.phase === phase,
  ) as Decision | undefined // `findLast` does not narrow; an event of this name carries a decision.
}

type Findings = Pick<
  ObjectiveVerdict,
  'outcome' | 'message' | 'estimate' | 'interval' | 'counts' | 'dispersion' | 'chance' | 'needs' | 'early'
>

/** The verdict that a decision stands for. */
const saying = (objective: ShareObjective, decision: Decision): Findings => {
  const {state, eValue, good, total, effective, estimate, low, high} = decision
  return {
    outcome: state === 'met' ? 'pass' : 'fail',
    message: `${sentence(objective, {good, total})}; decided early after ${plural(total, 'event')}: e-value ${evidence(eValue)} against the opposite${ahead(estimate, {good, total})}`,
    estimate,
    interval: {low, high},
    counts: {good, bad: total - good, total},
    dispersion: {designEffect: total / Math.max(1, effective), effective},
    // The inverse of an e-value is a p-value at any time (Ville): Holm's procedure takes it as it is.
    chance: state === 'missed' ? 1 / eValue : 1,
    early: {eValue},
  }
}

const evidence = (eValue: number): string => (eValue >= 1e6 ? 'over 1,000,000' : count(Math.round(eValue)))

/** What a fault did as it began counts once, so that the whole phase would have come out otherwise than its beginning. */
const ahead = (estimate: number, {good, total}: {good: number; total: number}): string =>
  Math.abs(estimate - good / total) < 1e-4
    ? ''
    : `; ${percent(Math.min(1, Math.max(0, estimate)))} in the whole phase as it went on`

const sentence = (objective: ShareObjective, {good, total}: {good: number; total: number}): string => {
  const what = objective.kind === 'latency' ? `below ${formatDuration(objective.belowMs)}` : 'good'
  const measured = `${percentBeside(total === 0 ? 1 : good / total, objective.target)} ${what}`
  return `${measured} (${count(good)} of ${count(total)}), asked for ${formatPercent(objective.target)}`
}

/** The confidence sequence where the phase ended, for what the run did not decide itself. */
const weighed = (objective: ShareObjective, phase: PhaseName, observed: Observations): Findings => {
  const {header} = observed.record
  const window = observed.windows[phase]
  const planned = header.plan.phases.find(({name}) => name === phase)
  if (!window || !planned) return {outcome: 'inconclusive', message: `no data: there was no ${phase} phase`}
  const tests = testsOf(header.plan.scenario.objectives)
  const weight = weighShare(objective, {window, plannedMs: planned.endMs - planned.startMs, tests}, observed)
  if (isLack(weight)) return {outcome: 'inconclusive', message: `${weight.lack} in the ${phase} phase`}
  const decision = decisionOf(weight, objective)
  return decision ? saying(objective, decision) : undecided(objective, weight)
}

const undecided = (objective: ShareObjective, weight: Weight): Findings => {
  const {counts, interval, estimate, effective} = weight
  const [low, high] = [1 - interval.high, 1 - interval.low]
  return {
    outcome: 'inconclusive',
    message: `${sentence(objective, counts)}; the phase ended early, and the interval from ${percent(low)} to ${percent(high)} that holds then does not decide`,
    estimate: 1 - estimate,
    interval: {low, high},
    counts,
    dispersion: {designEffect: counts.total / Math.max(1, effective), effective},
    chance: Math.min(1, 1 / weight.missed),
    early: {eValue: Number(number(Math.max(weight.met, weight.missed)))},
  }
}
