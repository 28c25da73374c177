import type {Cluster} from '../../clients/kubernetes/cluster.js'
import {nameOf, numberAt} from './fields.js'
import {findOwnNamespace} from './ownership.js'
import type {Trouble} from './trouble.js'
import {readTroubles, readWorkloads} from './until-ready.js'

/** How many of a workload's pods are ready. */
export interface WorkloadStatus {
  name: string
  ready: number
  wanted: number
}

/** A pod that somebody may have to look at. */
export interface PodStatus {
  name: string
  ready: boolean
  restarts: number
  node: string
}

/** The reference deployment of a cluster as it is now. */
export type ClusterStatus =
  | {running: false; where: string}
  | {
      running: true
      where: string
      /** It is on its way out. */
      ending: boolean
      workloads: WorkloadStatus[]
      pods: PodStatus[]
      troubles: Trouble[]
      /** By their dotted names; absent when the control pod cannot be asked. */
      switches?: Record<string, string | number | boolean>
    }

/** Throws UserError when the namespace is somebody else's. */
export const readClusterStatus = async (cluster: Cluster): Promise<ClusterStatus> => {
  const {where} = cluster
  const own = await findOwnNamespace(cluster)
  if (!own) return {running: false, where}
  const workloads = await readWorkloads(cluster)
  const [pods, troubles] = await Promise.all([cluster.pods(), readTroubles(cluster, workloads)])
  return {
    running: true,
    where,
    ending: own.ending,
    workloads: workloads.map((one) => ({
      name: nameOf(one),
      ready: numberAt(one, 'status', 'readyReplicas'),
      wanted: numberAt(one, 'spec', 'replicas'),
    })),
    pods: pods.map(({name, ready, restarts, node}) => ({name, ready, restarts, node: node ?? ''})),
    troubles,
  }
}
