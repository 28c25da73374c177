import type {Cluster} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError, UserError} from '../../errors.js'
import type {Clock} from '../../system/clock.js'
import {at, textAt} from './fields.js'

/** The label that `up` gives to its namespace. */
const label = 'shakedown.dev/reference'
const pollMs = 250

/** Throws UserError for what cannot be the name of a namespace. */
export const checkNamespaceName = (name: string): void => {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return
  throw new UserError(`"${name}" cannot be the name of a namespace`, {
    hint: 'Small letters, digits and "-", at most 63 of them, such as shakedown-reference.',
  })
}

/** The namespace of a deployment of ours. */
export interface OwnNamespace {
  uid: string
  /** It is on its way out. */
  ending: boolean
}

/** Throws UserError when the namespace is somebody else's: we neither fill nor delete it. */
export const findOwnNamespace = async (cluster: Cluster): Promise<OwnNamespace | undefined> => {
  const found = await cluster.objects.read('v1', 'Namespace', cluster.namespace)
  if (!found) return undefined
  if (found.metadata.labels?.[label] === undefined)
    throw new UserError(`Namespace ${cluster.namespace} is there, and was not made by shakedown up`, {
      hint: `It does not carry the label ${label}. Choose another with --namespace.`,
    })
  return {
    uid: textAt(found, 'metadata', 'uid'),
    ending: at(found, 'metadata', 'deletionTimestamp') !== undefined,
  }
}

/** Waits until the namespace, with all that was in it, has gone; throws EnvironmentError with what holds it. */
export const untilGone = async (
  cluster: Cluster,
  uid: string,
  limitMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  const deadline = clock.now() + limitMs
  for (;;) {
    const found = await cluster.objects.read('v1', 'Namespace', cluster.namespace)
    if (!found || found.metadata.uid !== uid) return
    if (clock.now() >= deadline)
      throw new EnvironmentError(`Namespace ${cluster.namespace} is not gone after ${limitMs / 1000} s`, {
        hint: `kubectl get namespace ${cluster.namespace} -o yaml says, in its conditions, what is left in it.`,
      })
    await clock.sleep(pollMs, signal)
  }
}
