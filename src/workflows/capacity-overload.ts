import type {Criteria} from '../capacity/criteria.js'
import type {Finding} from '../capacity/finding.js'
import {overloadLeg} from '../capacity/record.js'
import {trialsOf, trippedIn} from '../capacity/search-of-leg.js'
import type {Ask} from '../capacity/trial.js'
import {formatRate} from '../scenarios/quantities.js'
import {keep, type LegStage, tryOut} from './capacity-trials.js'

const multiples = [1.5, 2]
/** What is tried right after the overload, and when a replica goes. */
export const belowCapacity = 0.8
/** So often, one after the other: some systems are slow to come back, some never do. */
const mostRecoveries = 3

/** Why one more rate must not be tried; undefined when it may be. */
const refusal = (stage: LegStage, rate: number): string | undefined => {
  const tripped = trippedIn(stage.lines)
  if (tripped !== undefined && rate >= tripped) return `a guard tripped at ${formatRate(tripped)}`
  const {mostPerSecond} = stage.header.options
  return rate > mostPerSecond ? `nothing above ${formatRate(mostPerSecond)} is tried (--most)` : undefined
}

const whyNot = ({heldPerSecond, upper, trials}: Finding): string | undefined => {
  if (heldPerSecond === undefined || upper === undefined) return 'no limit was found to go beyond'
  return trials.some(({final}) => final === true)
    ? 'a guard tripped below the limit, and must not be passed'
    : undefined
}

/** More load than the system can carry, and right after it less: whether it comes back. */
export const overload = async (stage: LegStage, whole: Finding, criteria: Criteria): Promise<void> => {
  const why = whyNot(whole)
  if (why !== undefined) return stage.write({kind: 'missing', leg: overloadLeg, why})
  // Whether it comes back is asked right after the overload: half of it from an earlier run tells nothing.
  if (trialsOf(stage.lines, overloadLeg).some(({purpose}) => purpose === 'recover')) return
  const base = whole.heldPerSecond ?? 0
  const {settleMs, trialMs} = stage.header.options
  const ask = {settleMs, measureMs: trialMs, attempt: 1}
  let tried = 0
  for (const multiple of multiples) {
    const more: Ask = {...ask, purpose: 'overload', ratePerSecond: multiple * base}
    const refused = refusal(stage, more.ratePerSecond)
    if (refused !== undefined) {
      stage.note(`${multiple} times the capacity was not tried: ${refused}`)
      continue
    }
    keep(stage, overloadLeg, await tryOut(stage, more, criteria))
    tried++
  }
  if (tried > 0) await recover(stage, belowCapacity * base, criteria)
}

const recover = async (stage: LegStage, ratePerSecond: number, criteria: Criteria): Promise<void> => {
  const {settleMs, trialMs} = stage.header.options
  for (let attempt = 1; attempt <= mostRecoveries; attempt++) {
    const less: Ask = {settleMs, measureMs: trialMs, purpose: 'recover', ratePerSecond, attempt}
    const trial = await tryOut(stage, less, criteria)
    keep(stage, overloadLeg, trial)
    // What a guard has ended is not tried again.
    if (trial.outcome === 'good' || trial.final === true) return
  }
}
