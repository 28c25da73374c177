import {messageOf} from '../../errors.js'
import type {World} from '../../faults/fault.js'
import type {Pod, WorkloadRef} from '../../scenarios/kubernetes.js'
import {selects} from '../../scenarios/label-selector.js'
import {belongsTo} from '../../targets/kubernetes/look-at-pods.js'

const isOf = (ref: WorkloadRef, pod: Pod): boolean => {
  const {labels, controller} = pod
  if (ref.kind === 'selector') return selects(ref.selector, labels)
  // Of a Deployment its uid says nothing: its pods belong to ReplicaSets.
  if (ref.kind === 'Deployment') return belongsTo(ref, '', pod)
  return controller?.kind === ref.kind && controller.name === ref.name
}

/**
 * Pods of each workload that are ready now; undefined outside a cluster, and where nobody can look: a trial is not lost for
 * that.
 */
export const readyPods = async ({
  target,
  cluster,
  note,
}: World): Promise<Record<string, number> | undefined> => {
  if (target.kubernetes === undefined) return undefined
  try {
    const pods = (await cluster().pods()).filter(({ready, deleting}) => ready && !deleting)
    return Object.fromEntries(
      Object.entries(target.workloads).flatMap(([name, {object}]) =>
        object ? [[name, pods.filter((pod) => isOf(object, pod)).length]] : [],
      ),
    )
  } catch (cause) {
    note?.(`how many pods are ready is not known: ${messageOf(cause)}`)
    return undefined
  }
}
