import type {Evidence, World} from '../fault.js'
import type {Cordon} from './cordon.js'
import {lookAtNodes} from './look-at-nodes.js'
import {eachOnce, podsNow} from './workload-pods.js'

/** Whether the nodes are cordoned, and each of the pods (uids to names) has left them. */
export const lookWhetherDrained = async (
  asked: Cordon,
  pods: Record<string, string>,
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
  if (stay.length > 0 || all === 0) evidence.bit = 'no'
  return evidence
}
