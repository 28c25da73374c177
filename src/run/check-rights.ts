import {stringify} from 'yaml'
import type {Cluster, Right} from '../clients/kubernetes/cluster.js'
import {eachOnce, rightInWords, rulesFor} from '../clients/kubernetes/needed-rights.js'
import {loadRights} from '../engines/k6/cluster/load-rights.js'
import {EnvironmentError} from '../errors.js'
import {loadFaults} from '../faults/index.js'
import type {Plan} from '../plan/plan.js'
import type {Json} from '../system/json.js'

/** What may be missing is shown by the reading itself, and some of it only makes a guard blind. */
const readingVerbs = new Set(['get', 'list', 'watch'])

/** What the faults of a plan change in its cluster, and its load, where that is made in the same one. */
const changes = async ({faults: planned, target, scenario}: Plan): Promise<Right[]> => {
  const faults = await loadFaults()
  // Options were parsed by each fault's own schema when the scenario was read.
  const all = planned.flatMap(({fault, options}) => faults[fault]?.rights?.(options as Json, target) ?? [])
  const {context = target.kubernetes?.context} = scenario.load.cluster ?? {}
  const ofLoad = context === target.kubernetes?.context ? loadRights(scenario, target) : []
  return eachOnce([...all, ...ofLoad]).filter(({verb}) => !readingVerbs.has(verb))
}

/**
 * Asks whether this account may make every change that the plan's faults and its load make: better now than in the middle of a run.
 * Throws EnvironmentError with all that is missing, and the rules that would give it.
 */
export const checkRights = async (plan: Plan, cluster: Cluster): Promise<void> => {
  const wanted = await changes(plan)
  if (wanted.length === 0) return
  // Where nobody tells what an account may do, the faults will show.
  const answers = await cluster.review(wanted).catch(() => [])
  const missing = answers.flatMap(({right, allowed}) => (allowed ? [] : [right]))
  if (missing.length === 0) return
  throw new EnvironmentError(
    `This account may not ${missing.map(rightInWords).join(', nor ')} (${cluster.where}): ${plan.scenario.name} needs that`,
    {
      hint: `These rules would allow it; \`shakedown doctor --on kubernetes\` prints whole roles:\n${stringify(rulesFor(missing)).trimEnd()}`,
    },
  )
}
