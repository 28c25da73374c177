import type {Plan} from '../../plan/plan.js'
import type {ObjectiveState} from '../../run/progress.js'
import type {Decision} from '../../run/record.js'
import type {PhaseStanding, SoFar} from '../../run/standing.js'
import {formatPercent} from '../../scenarios/quantities.js'
import type {Objective} from '../../scenarios/scenario.js'
import {isLack, type Observations} from '../observations.js'
import {judgeRecovery} from '../recovery.js'
import {count, percentBeside} from '../words.js'
import {asFarAsItHolds} from './beyond-rescue.js'
import {endingOf, fullPhases, judgedIn} from './ending.js'
import {decisionOf, isShare, observedSoFar, type ShareObjective, testsOf, weighShare} from './so-far.js'

/** How the objectives of the phase that is on stand, which of them are decided, and whether that ends the phase. */
export const judgeStanding = (plan: Plan, soFar: SoFar): PhaseStanding => {
  const observed = observedSoFar(plan, soFar)
  const stands = judgedIn(plan, soFar.phase.name).map((objective) =>
    standOf(objective, plan, soFar, observed),
  )
  const decided = stands.flatMap(({state: {name}, decision}) =>
    decision ? [{objective: name, decision}] : [],
  )
  const known = new Set(decided.map(({objective}) => objective))
  const mayEnd = endingOf(plan, soFar, known, observed)
  const full = fullPhases(plan).find(({phase}) => phase === soFar.phase.name)
  return {
    objectives: stands.map(({state}) => state),
    decided,
    ...(mayEnd === undefined ? {} : {mayEnd}),
    ...(full === undefined ? {} : {full: full.why}),
  }
}

interface Stand {
  state: ObjectiveState
  decision?: Decision
}

const standOf = (objective: Objective, plan: Plan, soFar: SoFar, observed: Observations): Stand => {
  if (isShare(objective)) return standOfShare(objective, plan, soFar, observed)
  if (objective.kind !== 'recovery') {
    const target = objective.kind === 'query' ? objective.expect.value : 0
    return {state: {...open(objective, 'judged when the phase is over'), unit: 'value', target}}
  }
  const {outcome, message, estimate, interval} = judgeRecovery(objective, plan.scenario.objectives, observed)
  const state = outcome === 'inconclusive' ? 'undecided' : outcome === 'pass' ? 'met' : 'missed'
  const measured = {...(estimate === undefined ? {} : {estimate}), ...(interval ? {interval} : {})}
  return {state: {...open(objective, message), state, unit: 'ms', target: objective.withinMs, ...measured}}
}

const open = ({name}: Objective, message: string) => ({name, state: 'undecided', message}) as const

const standOfShare = (objective: ShareObjective, plan: Plan, soFar: SoFar, observed: Observations): Stand => {
  const {target} = objective
  const lost = earlierMiss(objective, soFar)
  const {phase, startMs, toMs} = soFar
  const stretch = {
    window: {startMs, endMs: toMs},
    plannedMs: phase.endMs - phase.startMs,
    tests: testsOf(plan.scenario.objectives),
  }
  const weight = weighShare(objective, stretch, observed)
  const base = {unit: 'ratio', target} as const
  if (isLack(weight)) {
    const state = {...open(objective, weight.lack), ...base, state: lost?.state ?? 'undecided'} as const
    return {state, ...(lost ? {decision: lost} : {})}
  }
  const decision = lost ?? asFarAsItHolds(decisionOf(weight, objective), target, plan, soFar)
  const {good, total} = weight.counts
  const message = `${percentBeside(total === 0 ? 1 : good / total, target)} of ${count(total)}, asked ${formatPercent(target)}`
  const state: ObjectiveState = {
    ...base,
    name: objective.name,
    state: decision?.state ?? 'undecided',
    message,
    estimate: total === 0 ? 1 : good / total,
    interval: {low: 1 - weight.interval.high, high: 1 - weight.interval.low},
  }
  return {state, ...(decision ? {decision} : {})}
}

/**
 * A miss that was certain once stays certain: the test may be looked at any time, and its chance of error is for all of
 * them. Not so what was met: while other objectives keep the phase going, the system may yet break, and must then fail.
 */
const earlierMiss = ({name}: Objective, {events, phase}: SoFar): Decision | undefined => {
  for (const event of events) {
    if (event.event !== 'objective-decided' || event.objective !== name || event.phase !== phase.name)
      continue
    if (event.state !== 'missed') continue
    const {state, eValue, good, total, effective, estimate, low, high} = event
    return {state, eValue, good, total, effective, estimate, low, high}
  }
  return undefined
}
