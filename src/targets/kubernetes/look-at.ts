import {openAccess} from '../../clients/kubernetes/access.js'
import {openCluster} from '../../clients/kubernetes/connect.js'
import {UserError} from '../../errors.js'
import type {Target} from '../../scenarios/target.js'
import {lookAtPods} from './look-at-pods.js'

/** The target with another context than its file names; throws UserError when it is in no cluster. */
export const inContext = (target: Target, context: string | undefined): Target => {
  if (context === undefined) return target
  if (target.kubernetes) return {...target, kubernetes: {...target.kubernetes, context}}
  throw new UserError(`Target ${target.name} is in no cluster, so it has no context ${context}`, {
    hint: 'Leave --context out, or say `kubernetes: {namespace: …}` in the target file.',
  })
}

/** A target with names for its place that mean it in another shell, too; nothing is asked of the cluster. */
export const pin = async (target: Target): Promise<Target> =>
  target.kubernetes ? {...target, kubernetes: (await openAccess(target.kubernetes)).pinned} : target

/** A target with what its cluster has now, and with names for the place that mean it in another shell, too. */
export const lookAt = async (target: Target, signal: AbortSignal): Promise<Target> => {
  if (target.kubernetes === undefined) return target
  const {cluster, access} = await openCluster(target.kubernetes, signal)
  return await lookAtPods({...target, kubernetes: access.pinned}, cluster)
}
