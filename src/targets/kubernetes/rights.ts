import type {Right} from '../../clients/kubernetes/cluster.js'
import {rights} from '../../clients/kubernetes/needed-rights.js'
import type {KubernetesAt, Target} from '../../scenarios/target.js'

const toReach = ({namespace, reach = []}: KubernetesAt): Right[] =>
  reach.flatMap(({by}) =>
    by === 'port-forward' ? rights.forwardPorts(namespace) : rights.proxyServices(namespace),
  )

/** What every run on this target must be allowed, whatever goes wrong in it; nothing for a target outside a cluster. */
export const targetRights = ({kubernetes, workloads}: Target): Right[] => {
  if (!kubernetes) return []
  const {namespace} = kubernetes
  const read = Object.values(workloads).flatMap(({object}) =>
    object ? rights.readWorkload(object, namespace) : [],
  )
  return [...rights.watchPods(namespace), ...read, ...toReach(kubernetes)]
}
