import {UserError} from '../errors.js'
import type {Aimed, World} from '../faults/fault.js'
import {loadFaults} from '../faults/index.js'
import type {Plan} from '../plan/plan.js'
import type {Json} from '../system/json.js'
import {openBlastRadius} from './blast-ledger.js'

/**
 * Asks the guards of every fault on pods and nodes against the cluster as it is now, before anything is started for them;
 * each is asked again when its fault begins. Changes nothing. Throws one UserError with all that is refused.
 */
export const rehearseFaults = async (plan: Plan, world: World): Promise<void> => {
  if (plan.target.kubernetes === undefined) return
  const faults = await loadFaults()
  const problems: string[] = []
  const hints = new Set<string>()
  const rehearsal = {...world, blastRadius: openBlastRadius(plan), note: () => {}}
  for (const planned of plan.faults) {
    if (planned.aim.pods === undefined && planned.aim.nodes === undefined) continue
    try {
      // Its options were parsed by its own schema when the scenario was read.
      await faults[planned.fault]?.prepare(planned as Aimed<Json>, rehearsal)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      problems.push(`${planned.id} ${planned.fault}: ${error.message}`)
      if (error.hint !== undefined) hints.add(error.hint)
    }
  }
  if (problems.length === 0) return
  const {scenario, target} = plan
  throw new UserError(
    [`${scenario.name} cannot run on ${target.name} as it is now`, ...problems].join('\n  '),
    {
      hint: [...hints].join('\n'),
    },
  )
}
