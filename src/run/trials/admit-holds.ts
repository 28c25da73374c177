import {UserError} from '../../errors.js'
import type {BlastRadius, World} from '../../faults/fault.js'
import {beyondBlastRadius, shareHint} from '../../plan/blast-radius.js'
import type {Plan, PlannedFault} from '../../plan/plan.js'
import {openBlastRadius} from '../blast-ledger.js'
import {rehearseFaults} from '../rehearse.js'

/**
 * Lets a search hold these faults, one after the other: `made` are in force already, `held` will be. Each reaches as far as
 * it does in a run, and all of them together no further than the scenario's blast radius. Asks the guards of the cluster
 * as it is now, and changes nothing. Throws UserError with all that is refused.
 */
export const admitHolds = async (
  plan: Plan,
  {made, held}: Record<'made' | 'held', readonly PlannedFault[]>,
  world: World,
): Promise<BlastRadius> => {
  const {scenario} = plan
  const all = [...made, ...held]
  const beyond = beyondBlastRadius(scenario, all)
  if (beyond.length > 0)
    throw new UserError(
      [`The search would reach further than ${scenario.name} allows`, ...beyond].join('\n  '),
      {
        hint: shareHint,
      },
    )
  await rehearseFaults({...plan, faults: [...held]}, world)
  const ledger = openBlastRadius({scenario, faults: all})
  for (const {id, aim} of made) ledger.take(id, {pods: aim.pods ?? 0})
  return ledger
}
