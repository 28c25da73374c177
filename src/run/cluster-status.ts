/** The reference deployment of a cluster as it is now. */
export type {ClusterStatus} from '../targets/kubernetes-reference/read-status.js'
