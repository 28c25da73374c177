import type {Cluster, KubernetesObject} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError} from '../../errors.js'
import type {Clock} from '../../system/clock.js'
import {isReady, type Trouble, troubleOfPod, troubleOfWorkload, worstFirst} from './trouble.js'

const pollMs = 500
/** Some of what looks lasting passes: the first pull of an image is tried twice, an account comes a moment late. */
const patienceMs = 5_000
const shown = 5

const selector = 'app.kubernetes.io/part-of=shakedown-reference'

/** The workloads of the deployment, as they are now. */
export const readWorkloads = async (cluster: Cluster): Promise<KubernetesObject[]> =>
  (
    await Promise.all([
      cluster.objects.list('apps/v1', 'Deployment', selector),
      cluster.objects.list('apps/v1', 'StatefulSet', selector),
    ])
  ).flat()

/** What stands between the deployment and being ready. */
export const readTroubles = async (
  cluster: Cluster,
  workloads: readonly KubernetesObject[],
): Promise<Trouble[]> => {
  const pods = await cluster.objects.list('v1', 'Pod', selector)
  const all = [...workloads.map(troubleOfWorkload), ...pods.map(troubleOfPod)]
  return worstFirst(all.filter((one) => one !== undefined))
}

const notReady = (cluster: Cluster, what: string, troubles: readonly Trouble[], missing: number): Error => {
  const lines = troubles.slice(0, shown).map(({of, why}) => `  ${of}: ${why}`)
  const more = troubles.length > shown ? [`  and ${troubles.length - shown} more`] : []
  const hint = troubles.find((one) => one.hint !== undefined)?.hint
  return new EnvironmentError(
    [`The reference deployment ${what}: ${missing} of its workloads are not ready`, ...lines, ...more].join(
      '\n',
    ),
    {
      hint: `${hint ?? `kubectl --namespace ${cluster.namespace} get pods shows more.`}\nIt is left as it is, to be looked at; shakedown down --on kubernetes takes it away.`,
    },
  )
}

/**
 * Waits until every workload is ready, as many as are `expected`. Throws EnvironmentError, with the pods and their reasons, after `limitMs`, or
 * earlier when something is in the way that does not pass by itself.
 */
export const untilReady = async (
  cluster: Cluster,
  expected: number,
  limitMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  const deadline = clock.now() + limitMs
  let lastingSinceMs: number | undefined
  for (;;) {
    const workloads = await readWorkloads(cluster)
    // One that is not listed is not ready, either.
    const missing = Math.max(0, expected - workloads.length) + workloads.filter((one) => !isReady(one)).length
    if (missing === 0) return
    const troubles = await readTroubles(cluster, workloads)
    const nowMs = clock.now()
    lastingSinceMs = troubles.some(({lasts}) => lasts) ? (lastingSinceMs ?? nowMs) : undefined
    if (lastingSinceMs !== undefined && nowMs - lastingSinceMs >= patienceMs)
      throw notReady(cluster, 'cannot start', troubles, missing)
    if (nowMs >= deadline)
      throw notReady(cluster, `is not ready after ${Math.round(limitMs / 1000)} s`, troubles, missing)
    await clock.sleep(pollMs, signal)
  }
}
