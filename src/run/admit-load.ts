import {placeOf} from '../engines/k6/cluster/place.js'
import type {Plan} from '../plan/plan.js'
import {admitTarget, type SaidAloud} from '../targets/kubernetes/admit.js'

/**
 * Lets a load run in a namespace other than its target's, as a target would be let: the target's own was asked about
 * before. Throws UserError otherwise.
 */
export const admitLoad = async (plan: Plan, said: SaidAloud): Promise<void> => {
  const {on, engine} = plan.scenario.load
  if (on !== 'kubernetes' && engine !== 'k6-operator') return
  const {at} = placeOf(plan)
  const own = plan.target.kubernetes
  if (own !== undefined && own.namespace === at.namespace && own.context === at.context) return
  await admitTarget(at, said)
}
