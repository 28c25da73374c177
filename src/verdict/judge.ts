import type {RunRecord} from '../run/record.js'
import type {RuleGroup} from '../scenarios/rules/rule.js'
import {type Objective, type PhaseName, phaseNames} from '../scenarios/scenario.js'
import {adviceFor} from './advice.js'
import {judgeAlert} from './alert.js'
import {reachedBy} from './breakpoint.js'
import {withDoubts, withNoDataChoice} from './doubts.js'
import {earlyEndOf, judgeShareIn} from './early/judge-share.js'
import {aftermathOf} from './effects/aftermath.js'
import {withFamily} from './family.js'
import {withLoadSeries} from './load-series.js'
import {type Observations, observationsOf} from './observations.js'
import {outcomeOf, summaryOf} from './outcome.js'
import {judgeQuery} from './query.js'
import {judgeRecovery} from './recovery.js'
import {judgeRelative} from './relative.js'
import {judgeThresholds} from './threshold.js'
import {checkValidity} from './validity.js'
import {type ObjectiveVerdict, type Verdict, verdictVersion} from './verdict.js'

export interface JudgeOptions {
  /** Other objectives than those of the recorded scenario. */
  objectives?: Objective[]
  /** The rules that these objectives name; those of the recorded scenario by default. */
  rules?: RuleGroup[]
}

/** Judges a run from its record alone: whether the experiment happened, then each objective in each of its phases. */
export const judge = (record: RunRecord, options: JudgeOptions = {}): Verdict => {
  const all = options.objectives ?? record.header.plan.scenario.objectives
  const observed = observationsOf(
    withLoadSeries(record, {objectives: all, rules: options.rules}),
    options.rules,
  )
  const asked = reachedBy(all, record, observed.windows)
  const judged = asked.flatMap((objective) =>
    judgeObjective(objective, asked, observed).map((verdict) =>
      withNoDataChoice(withDoubts(verdict, objective, asked, record), objective),
    ),
  )
  const objectives = withFamily([...judged, ...judgeThresholds(record)])
  const validity = checkValidity(observed, judgeBaseline(asked, observed))
  const findings = {record, validity, objectives}
  const outcome = outcomeOf(findings)
  return {
    verdictVersion,
    outcome,
    summary: summaryOf(outcome, findings),
    advice: adviceFor(outcome, findings, observed.windows, aftermathOf(observed)),
    validity,
    objectives,
    ...counterfactualOf(record, objectives),
  }
}

const judgeObjective = (
  objective: Objective,
  all: readonly Objective[],
  observed: Observations,
): ObjectiveVerdict[] => {
  switch (objective.kind) {
    case 'ratio':
    case 'latency':
      return objective.during.map((phase) => judgeShareIn(objective, phase, observed))
    case 'query':
      return objective.during.map((phase) => judgeQuery(objective, phase, observed))
    case 'alert':
      return objective.during.map((phase) => judgeAlert(objective, phase, observed))
    case 'relative':
      return objective.during.map((phase) =>
        withoutEarlyEnds(judgeRelative(objective, phase, all, observed), observed),
      )
    case 'recovery':
      return [judgeRecovery(objective, all, observed)]
  }
}

/** A phase that ended because of what was counted in it does not compare: its length was no accident. */
const withoutEarlyEnds = (verdict: ObjectiveVerdict, {record}: Observations): ObjectiveVerdict => {
  const phase = phaseNames.find(
    (name) => (name === 'baseline' || name === verdict.phase) && earlyEndOf(record, name) !== undefined,
  )
  if (phase === undefined || verdict.outcome === 'inconclusive') return verdict
  const message = `${verdict.message}; the ${phase} phase ended early, which decides no comparison`
  return {...verdict, outcome: 'inconclusive', message}
}

/** Shares must also hold, and alerts be silent, before the first fault; what only a fault can bring about (an open breaker) need not. */
const judgeBaseline = (objectives: readonly Objective[], observed: Observations): ObjectiveVerdict[] => {
  const phase: PhaseName = 'baseline'
  if (!observed.windows[phase]) return []
  return objectives.flatMap((objective) => {
    if (objective.kind === 'alert') return [judgeAlert(objective, phase, observed)]
    return objective.kind === 'ratio' || objective.kind === 'latency'
      ? [judgeShareIn(objective, phase, observed)]
      : []
  })
}

/** With the protections off, the scenario must fail, and in the objectives it names. */
const counterfactualOf = (
  {header}: RunRecord,
  objectives: readonly ObjectiveVerdict[],
): Pick<Verdict, 'counterfactual'> => {
  const mustFail = header.plan.scenario.counterfactual?.mustFail
  if (header.mode !== 'counterfactual' || !mustFail) return {}
  const failed = mustFail.filter((wanted) =>
    objectives.some(({name, outcome, noData}) => name === wanted && outcome === 'fail' && !noData),
  )
  return {counterfactual: {mustFail, failed, shown: failed.length === mustFail.length}}
}
