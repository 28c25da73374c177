import type {Plan} from '../../plan/plan.js'
import {expectedRequests} from '../../plan/rates.js'
import type {Decision} from '../../run/record.js'
import type {SoFar} from '../../run/standing.js'
import {changesWithin, loadChangesWithin} from './ending.js'

/**
 * What a decision on a phase so far is worth where load or faults still change within it: what comes then is not like
 * what was counted. Nothing is met then, and a miss is one only when more was bad already than may be in the whole phase,
 * however good all that is to come.
 */
export const asFarAsItHolds = (
  decision: Decision | undefined,
  target: number,
  plan: Plan,
  soFar: SoFar,
): Decision | undefined => {
  if (decision === undefined) return undefined
  if (!changesWithin(plan, soFar.phase) && !loadChangesWithin(plan, soFar.phase)) return decision
  if (decision.state === 'met') return undefined
  const mayBeBad = (1 - target) * decision.total * wholePerSoFar(plan, soFar)
  return decision.total - decision.good > mayBeBad ? decision : undefined
}

/** As many times more events are due in the whole phase than until now; by time where the plan knows no rates. */
const wholePerSoFar = (
  {rates, scenario: {load}}: Plan,
  {phase, startMs, toMs, intervalMs}: SoFar,
): number => {
  // The newest sample is up to an interval old.
  const sinceMs = Math.max(1, toMs - startMs - intervalMs)
  const byTime = (phase.endMs - phase.startMs) / sinceMs
  const due = expectedRequests(rates, phase.startMs, phase.startMs + sinceMs)
  if (load.script !== undefined || due <= 0) return Math.max(1, byTime)
  return Math.max(1, expectedRequests(rates, phase.startMs, phase.endMs) / due)
}
