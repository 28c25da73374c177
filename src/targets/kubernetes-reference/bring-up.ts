import type {Cluster, KubernetesObject} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError} from '../../errors.js'
import type {Clock} from '../../system/clock.js'
import {findOwnNamespace, untilGone} from './ownership.js'
import {untilReady} from './until-ready.js'

/** What the deployment is made with. */
export interface ClusterReferenceOptions {
  /** Where all images are; ours is a local one, and the others come from their makers, when not given. */
  registry?: string | undefined
  /** Every random choice of the services derives from it. */
  seed: number
  /** How long its parts may take until they are ready. */
  limitMs: number
}

const goneLimitMs = 90_000
/** So many objects are sent at a time: an API server counts those of one client in flight. */
const atOnce = 8

const isWorkload = ({kind}: KubernetesObject): boolean => kind === 'Deployment' || kind === 'StatefulSet'

const manifestFiles = async (
  namespace: string,
  {registry, seed}: ClusterReferenceOptions,
): Promise<KubernetesObject[][]> => {
  const {deployFiles} = await import('shakedown-reference/deploy').catch((cause: unknown) => {
    throw new EnvironmentError('The reference deployment is not installed', {
      hint: 'Install it next to Shakedown: npm install shakedown-reference.',
      cause,
    })
  })
  return Object.values(deployFiles({namespace, registry, seed}))
}

const applyAll = async (cluster: Cluster, manifests: readonly KubernetesObject[]): Promise<void> => {
  const left = [...manifests]
  const next = async (): Promise<void> => {
    for (let manifest = left.shift(); manifest; manifest = left.shift()) await cluster.objects.apply(manifest)
  }
  try {
    await Promise.all(Array.from({length: atOnce}, next))
  } finally {
    // After a refusal nothing more is sent behind the back of who was told so.
    left.length = 0
  }
}

/**
 * Applies the deployment's manifests into the cluster's namespace, which is made, and waits until all of it is ready;
 * what is there already is brought to what it should be. Returns how many objects it applied. Throws UserError when the
 * namespace is somebody else's, EnvironmentError with the pods and their reasons when it does not get ready.
 */
export const bringUp = async (
  cluster: Cluster,
  options: ClusterReferenceOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<{objects: number}> => {
  const own = await findOwnNamespace(cluster)
  if (own?.ending) await untilGone(cluster, own.uid, goneLimitMs, clock, signal)
  const [first = [], ...rest] = await manifestFiles(cluster.namespace, options)
  // Nothing can be made in a namespace that is not there.
  await applyAll(cluster, first)
  const others = rest.flat()
  await applyAll(cluster, others)
  await untilReady(cluster, others.filter(isWorkload).length, options.limitMs, clock, signal)
  return {objects: first.length + others.length}
}
