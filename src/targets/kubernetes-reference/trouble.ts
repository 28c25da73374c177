import type {KubernetesObject} from '../../clients/kubernetes/cluster.js'
import {listAt, nameOf, numberAt, textAt} from './fields.js'

/** Why a part is not ready. */
export interface Trouble {
  /** The pod, or the workload that has none. */
  of: string
  why: string
  hint?: string
  /** It will not pass by itself, so that nobody need wait for it. */
  lasts: boolean
}

/** A Deployment or StatefulSet has all the pods that it wants, of its newest template and no other, and they are ready. */
export const isReady = (workload: KubernetesObject): boolean => {
  const wanted = numberAt(workload, 'spec', 'replicas')
  return (
    numberAt(workload, 'status', 'observedGeneration') >= numberAt(workload, 'metadata', 'generation') &&
    numberAt(workload, 'status', 'updatedReplicas') >= wanted &&
    // While it is rolled out, pods of the template before it are among those that are ready.
    numberAt(workload, 'status', 'replicas') <= numberAt(workload, 'status', 'updatedReplicas') &&
    numberAt(workload, 'status', 'readyReplicas') >= wanted
  )
}

const imageReasons = ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName']
const configReasons = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']

const imageHint = (image: string): string =>
  image.includes('/shakedown-reference:')
    ? `Build it from the repository: docker build -f reference/deploy/Containerfile -t ${image} . Then bring it to the nodes (kind load docker-image ${image}), or push it and name its registry with --registry.`
    : `See whether the nodes can pull ${image}; --registry names another place for all images.`

const imageOf = (pod: KubernetesObject, container: string): string =>
  textAt(
    listAt(pod, 'spec', 'containers').find((one) => textAt(one, 'name') === container),
    'image',
  )

const troubleOfContainer = (pod: KubernetesObject, status: unknown): Trouble | undefined => {
  const of = `pod ${nameOf(pod)}`
  const reason = textAt(status, 'state', 'waiting', 'reason')
  const message = textAt(status, 'state', 'waiting', 'message')
  const image = imageOf(pod, textAt(status, 'name'))
  if (imageReasons.includes(reason))
    return {of, why: `image ${image} cannot be had (${reason})`, hint: imageHint(image), lasts: true}
  if (configReasons.includes(reason)) return {of, why: `${reason}: ${message}`, lasts: true}
  const restarts = numberAt(status, 'restartCount')
  // A service that starts before its neighbours may end once or twice.
  if (reason === 'CrashLoopBackOff')
    return {of, why: `its container ends again and again (${restarts} restarts)`, lasts: restarts >= 4}
  return undefined
}

const conditionOf = (object: KubernetesObject, type: string): unknown =>
  listAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === type)

const notReadyWords = (pod: KubernetesObject): string => {
  const started = textAt(pod, 'status', 'phase') === 'Running'
  return started ? 'runs, and does not say that it is ready' : 'is starting'
}

/** What keeps a pod from being ready; nothing when it is, or is on its way out. */
export const troubleOfPod = (pod: KubernetesObject): Trouble | undefined => {
  const of = `pod ${nameOf(pod)}`
  if (pod.metadata['deletionTimestamp'] !== undefined) return undefined
  if (textAt(conditionOf(pod, 'Ready'), 'status') === 'True') return undefined
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (textAt(scheduled, 'status') === 'False') {
    const why = `no node takes it: ${textAt(scheduled, 'message') || textAt(scheduled, 'reason')}`
    // A cluster that grows by itself may bring another node.
    return {of, why, hint: 'Make room, or uncordon a node: kubectl get nodes', lasts: false}
  }
  const statuses = listAt(pod, 'status', 'containerStatuses')
  const found = statuses.map((status) => troubleOfContainer(pod, status)).find((one) => one !== undefined)
  return found ?? {of, why: notReadyWords(pod), lasts: false}
}

/** What keeps a workload from making its pods: a quota, a policy. */
export const troubleOfWorkload = (workload: KubernetesObject): Trouble | undefined => {
  if (isReady(workload)) return undefined
  const failure = conditionOf(workload, 'ReplicaFailure')
  if (textAt(failure, 'status') !== 'True') return undefined
  const message = textAt(failure, 'message')
  const quota = /exceeded quota|forbidden/.test(message)
  return {
    of: `deployment ${nameOf(workload)}`,
    why: `its pods are refused: ${message}`,
    ...(quota ? {hint: 'Raise the quota of the namespace, or choose another with --namespace.'} : {}),
    lasts: quota,
  }
}

/** Those that one should hear of first: what lasts, then what has a hint, then the rest; one line for the same cause. */
export const worstFirst = (troubles: readonly Trouble[]): Trouble[] => {
  const weight = ({lasts, hint}: Trouble): number => (lasts ? 0 : 2) + (hint ? 0 : 1)
  return [...troubles].sort((one, other) => weight(one) - weight(other))
}
