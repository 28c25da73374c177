import type {Fault} from '../../faults/fault.js'
import {aimWith} from '../../faults/index.js'
import type {Plan, PlannedFault} from '../../plan/plan.js'
import {seededRandom} from '../../system/random.js'
import {heldForMs} from './held-for.js'

/**
 * The fault that stops one replica of a workload and keeps it down, chosen by the plan's seed; nothing is done yet. `id` is
 * the fault's own. Throws UserError when nobody can.
 */
export const oneOf = (
  workload: string,
  {plan, faults, id}: {plan: Plan; faults: Record<string, Fault>; id: string},
): PlannedFault => {
  const wanted = {workload, respawn: 'never', order: 'together'}
  const random = seededRandom(plan.seed).fork(`without ${workload}`)
  const aim = aimWith(faults)('kill', wanted, plan.target, random, heldForMs)
  return {id, fault: 'kill', options: wanted, startMs: 0, endMs: heldForMs, aim}
}
