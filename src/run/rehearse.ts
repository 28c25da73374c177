import type {Cluster} from '../clients/kubernetes/cluster.js'
import {UserError} from '../errors.js'
import type {Aimed, World} from '../faults/fault.js'
import {loadFaults} from '../faults/index.js'
import {inForceAtStartOf} from '../plan/in-force.js'
import type {Plan, PlannedFault} from '../plan/plan.js'
import type {Pod} from '../scenarios/kubernetes.js'
import {selects} from '../scenarios/label-selector.js'
import type {Target} from '../scenarios/target.js'
import type {Json} from '../system/json.js'
import {openBlastRadius} from './blast-ledger.js'
import {checkRights} from './check-rights.js'

/** The ready pods that a fault is planned to hit, and how many of them go at one moment. */
const hitBy = ({aim}: PlannedFault, {kubernetes}: Target): {pods: readonly Pod[]; atOnce: number} => ({
  pods: (kubernetes?.pods ?? []).filter(({name, ready}) => ready && aim.replicas.includes(name)),
  atOnce: (aim.takes ?? []).reduce((sum, {takenReady}) => sum + takenReady, 0),
})

/** The cluster with its disruption budgets as they will be while these faults are in force: nothing has happened yet. */
const clusterDuring = (faults: readonly PlannedFault[], target: Target, cluster: Cluster): Cluster => ({
  ...cluster,
  budgets: async () =>
    (await cluster.budgets()).map((budget) => {
      const taken = faults.map((fault) => {
        const {pods, atOnce} = hitBy(fault, target)
        return Math.min(atOnce, pods.filter(({labels}) => selects(budget.selector, labels)).length)
      })
      const left = taken.reduce((rest, count) => rest - count, budget.disruptionsAllowed)
      return {...budget, disruptionsAllowed: Math.max(0, left)}
    }),
})

/**
 * Asks the guards of every fault on pods, nodes and the network against the cluster as it is now, before anything is started for them;
 * each is asked again when its fault begins. What others take that are in force by then counts as taken. Changes nothing. Throws one UserError with all that is refused, EnvironmentError when this account may not do what is planned.
 */
export const rehearseFaults = async (plan: Plan, world: World): Promise<void> => {
  if (plan.target.kubernetes === undefined) return
  const faults = await loadFaults()
  const problems: string[] = []
  const hints = new Set<string>()
  // Each is asked by itself: what another one takes at the same time is seen when they begin.
  const {takenByOthers: _others, ...blastRadius} = openBlastRadius(plan)
  const rehearsal = {...world, blastRadius, note: () => {}}
  for (const planned of plan.faults) {
    const fault = faults[planned.fault]
    const {pods, nodes} = planned.aim
    if (fault === undefined || !(pods !== undefined || nodes !== undefined || fault.rehearsed)) continue
    const others = inForceAtStartOf(planned, plan.faults).filter(({aim}) => aim.pods !== undefined)
    const cluster = (): Cluster => clusterDuring(others, plan.target, world.cluster())
    try {
      // Its options were parsed by its own schema when the scenario was read.
      await fault.prepare(planned as Aimed<Json>, {...rehearsal, cluster})
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const besides = others.map(({id, fault}) => `${id} ${fault}`).join(' and ')
      const when = besides === '' ? '' : ` while ${besides} is in force`
      problems.push(`${planned.id} ${planned.fault}${when}: ${error.message}`)
      if (error.hint !== undefined) hints.add(error.hint)
    }
  }
  if (problems.length === 0) return await checkRights(plan, world.cluster())
  const {scenario, target} = plan
  throw new UserError(
    [`${scenario.name} cannot run on ${target.name} as it is now`, ...problems].join('\n  '),
    {
      hint: [...hints].join('\n'),
    },
  )
}
