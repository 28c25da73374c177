import type {Cluster, KubernetesObject} from '../../clients/kubernetes/cluster.js'
import {type PodState, readPodState} from '../k6/cluster/pod-state.js'

/** The pods of a TestRun by what they are for; runners in the order of their shares. */
export interface TestRunPods {
  initializer: PodState[]
  starter: PodState[]
  runners: PodState[]
}

/** The operator calls the Job of runner i (from 1) `NAME-i`. */
const numberOf = (name: string, {labels, name: pod}: PodState): number => {
  const job = labels['batch.kubernetes.io/job-name'] ?? labels['job-name'] ?? ''
  const [, number = '0'] = /^-(\d+)(-|$)/.exec((job.startsWith(name) ? job : pod).slice(name.length)) ?? []
  return Number(number)
}

/** Sorts what the operator has made for a TestRun. */
const podsByRole = (name: string, objects: readonly KubernetesObject[]): TestRunPods => {
  const all = objects.map(readPodState)
  const runners = all
    .filter(({labels}) => labels['runner'] === 'true')
    .map((state) => ({...state, index: numberOf(name, state) - 1}))
  return {
    initializer: all.filter((state) => state.name.startsWith(`${name}-initializer`)),
    starter: all.filter((state) => state.name.startsWith(`${name}-starter`)),
    runners: runners.sort((one, other) => one.index - other.index),
  }
}

/** The pods of a TestRun, as the API server tells of them now. */
export const podsOf = async ({objects}: Pick<Cluster, 'objects'>, name: string): Promise<TestRunPods> =>
  podsByRole(name, await objects.list('v1', 'Pod', `k6_cr=${name}`))
