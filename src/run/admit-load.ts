import {placeOf} from '../engines/k6/cluster/place.js'
import type {Plan} from '../plan/plan.js'
import {admitTarget, type SaidAloud} from '../targets/kubernetes/admit.js'

/** Whether pods send it, and not this machine. */
export const isMadeInCluster = ({scenario: {load}}: Plan): boolean =>
  load.on === 'kubernetes' || load.engine === 'k6-operator'

/** Throws UserError where a load is to be made in a cluster that nothing names; asks nobody. */
export const needPlace = (plan: Plan): void => {
  if (isMadeInCluster(plan)) placeOf(plan)
}

/**
 * Lets a load run in a namespace other than its target's, as a target would be let: the target's own was asked about
 * before. Throws UserError otherwise.
 */
export const admitLoad = async (plan: Plan, said: SaidAloud): Promise<void> => {
  if (!isMadeInCluster(plan)) return
  const {at} = placeOf(plan)
  const own = plan.target.kubernetes
  if (own !== undefined && own.namespace === at.namespace && own.context === at.context) return
  await admitTarget(at, said)
}
