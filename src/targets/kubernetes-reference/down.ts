import type {Cluster} from '../../clients/kubernetes/cluster.js'
import type {Clock} from '../../system/clock.js'
import {findOwnNamespace, untilGone} from './ownership.js'

/** A namespace goes when its last pod has gone, which has 15 s of its own. */
const goneLimitMs = 90_000

/**
 * Deletes the namespace of the deployment and waits until nothing of it is left; says whether there was one. Throws
 * UserError when the namespace is somebody else's.
 */
export const takeDown = async (cluster: Cluster, clock: Clock, signal: AbortSignal): Promise<boolean> => {
  const own = await findOwnNamespace(cluster)
  if (!own) return false
  if (!own.ending) await cluster.objects.remove('v1', 'Namespace', cluster.namespace, own.uid)
  await untilGone(cluster, own.uid, goneLimitMs, clock, signal)
  return true
}
