import {EnvironmentError} from '../../../errors.js'
import type {PodState} from './pod-state.js'

/** What the kubelet will not get over by itself. */
const hopeless = new Set([
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
])
/** Its second try has failed, too: the first may be the network's fault. */
const givenUp = 'ImagePullBackOff'

const hints: Record<string, string> = {
  ErrImageNeverPull: 'The image is not on that node, and load.kubernetes.image-pull-policy is Never.',
  InvalidImageName: 'Correct load.kubernetes.image.',
  ImagePullBackOff: 'See load.kubernetes.image: its name, its registry, and the right to pull from it.',
  ErrImagePull: 'See load.kubernetes.image: its name, its registry, and the right to pull from it.',
  Unschedulable:
    'No node has room for it: lower load.kubernetes.cpu, memory or runners, or see load.kubernetes.node-selector and separate.',
}

const sentence = ({reason, message}: {reason: string; message: string}): string =>
  [reason, message.split('\n')[0]?.trim() ?? ''].filter((part) => part !== '').join(': ')

/** Why a pod that waits will never run, as an error that names it; undefined while it may. */
export const startTrouble = ({name, waits}: PodState): EnvironmentError | undefined => {
  if (waits === undefined || !(hopeless.has(waits.reason) || waits.reason === givenUp)) return undefined
  return cannotStart(name, waits)
}

const cannotStart = (name: string, waits: {reason: string; message: string}): EnvironmentError => {
  const hint = hints[waits.reason]
  return new EnvironmentError(`The pod ${name} of the load cannot start: ${sentence(waits)}`, {
    ...(hint !== undefined && {hint}),
  })
}

/** What ended the container of a pod, other than k6's own doing; undefined when nothing did. */
export const endTrouble = ({name, ended, reason, message = ''}: PodState): EnvironmentError | undefined => {
  if (ended?.reason === 'OOMKilled')
    return new EnvironmentError(`The pod ${name} of the load ran out of memory (OOMKilled)`, {
      hint: 'Give it more (load.kubernetes.memory), share the load among more runners, or lower load.timeout or load.max-in-flight.',
    })
  if (reason !== undefined)
    return new EnvironmentError(`The pod ${name} of the load was ended: ${sentence({reason, message})}`)
  if (ended?.code === 137)
    return new EnvironmentError(`The pod ${name} of the load was killed (SIGKILL)`, {
      hint: 'When memory ran out: raise load.kubernetes.memory. Otherwise somebody, or its node, ended it.',
    })
  return undefined
}

/** Whether somebody deleted a pod, or all that it belongs to. */
const isGone = (state: PodState | undefined): boolean => state === undefined || state.deleting

/** Somebody deleted the pod, or all that it belongs to; undefined while it is there. */
export const deletion = (name: string, state: PodState | undefined): EnvironmentError | undefined =>
  deletions([{pod: name, state}])

/** Those of the pods that somebody deleted: of a Job, when one goes, the others are deleted in the same moment. */
export const deletions = (
  pods: readonly {pod: string; state: PodState | undefined}[],
): EnvironmentError | undefined => {
  const names = pods.filter(({state}) => isGone(state)).map(({pod}) => pod)
  if (names.length === 0) return undefined
  const [who, others] =
    names.length === 1 ? ['The pod', ''] : ['One of the pods', ' (and with it, by their Job, the others)']
  return new EnvironmentError(`${who} ${names.join(', ')} of the load was deleted while it ran${others}`, {
    hint: 'Its node may have been drained, or somebody removed it: kubectl get events.',
  })
}

/** What a pod waits for, or how far it is. */
export const waitsInWords = ({phase, waits}: PodState): string =>
  waits === undefined ? phase : sentence(waits) || phase

/** What to do about the first of these pods for which that is known. */
export const hintFor = (pods: readonly PodState[]): string | undefined =>
  pods.map(({waits}) => hints[waits?.reason ?? '']).find((one) => one !== undefined)

/** The pods that are not ready in time, as one error with what each waits for. */
export const notReady = (pods: readonly PodState[], runners: number, limitMs: number): EnvironmentError => {
  const waiting = pods.filter(({ready}) => !ready)
  const lines = waiting.map((pod) => `${pod.name}: ${waitsInWords(pod)}`)
  const hint = hintFor(waiting)
  const missing = pods.length < runners ? [`${runners - pods.length} of ${runners} pods were never made`] : []
  return new EnvironmentError(
    [`The pods of the load are not ready after ${limitMs / 1000} s`, ...lines, ...missing].join('\n  '),
    {
      hint:
        hint ??
        (missing.length > 0
          ? 'A quota of the namespace, or an admission rule, may refuse them: kubectl get events.'
          : 'Give them more time (load.kubernetes.ready-within), or fewer virtual users (load.timeout).'),
    },
  )
}
