import type {Pod} from '../../scenarios/kubernetes.js'
import {selects} from '../../scenarios/label-selector.js'
import type {Evidence, World} from '../fault.js'
import type {Cordon} from './cordon.js'
import {lookAtNodes} from './look-at-nodes.js'
import {eachOnce, podsNow} from './workload-pods.js'

/** Whether each of these is selected by a disruption budget that lets none go now. */
const areKept = async (pods: readonly Pod[], world: World): Promise<boolean> => {
  const closed = (await world.cluster().budgets()).filter(({disruptionsAllowed}) => disruptionsAllowed === 0)
  return pods.every(({labels}) => closed.some(({selector}) => selects(selector, labels)))
}

/**
 * Whether the nodes are cordoned, and each of the pods (uids to names) has left them; or, if that is allowed, some of them,
 * and disruption budgets keep the others.
 */
export const lookWhetherDrained = async (
  asked: Cordon,
  pods: Record<string, string>,
  budgetsMayKeep: boolean,
  world: World,
): Promise<Evidence> => {
  const evidence = await lookAtNodes(asked, world)
  const now = eachOnce(await podsNow(world))
  const stay = now.filter(({uid, deleting}) => uid in pods && !deleting)
  const pending = now.filter(({phase, node}) => phase === 'Pending' && node === undefined).length
  const all = Object.keys(pods).length
  evidence.numbers['pods that left'] = all - stay.length
  evidence.observations.push(
    stay.length === 0
      ? `all ${all} pods have left`
      : `${stay.map(({name}) => name).join(', ')} still there: ${all - stay.length} of ${all} pods have left`,
    ...(pending > 0 ? [`${pending} pods wait for a node`] : []),
  )
  const kept = budgetsMayKeep && stay.length > 0 && stay.length < all && (await areKept(stay, world))
  if (kept) evidence.observations.push('disruption budgets keep them')
  if ((stay.length > 0 && !kept) || all === 0) evidence.bit = 'no'
  return evidence
}
