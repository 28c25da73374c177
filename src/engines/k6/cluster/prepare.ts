import {randomBytes} from 'node:crypto'
import type {Cluster, KubernetesObject} from '../../../clients/kubernetes/cluster.js'
import {openCluster} from '../../../clients/kubernetes/connect.js'
import {wideAccess} from '../../../clients/kubernetes/wide-access.js'
import {UserError} from '../../../errors.js'
import type {Plan} from '../../../plan/plan.js'
import {systemClock} from '../../../system/clock.js'
import type {EngineOptions, PreparedLoad} from '../../engine.js'
import type {Sample} from '../samples.js'
import {preparedLoad} from '../started-load.js'
import {ClusterLoad} from './cluster-load.js'
import {failureOfRunner} from './ends-of-runners.js'
import {loadJobOf} from './load-job.js'
import {makeOwned} from './make-owned.js'
import {once} from './once.js'
import {placeOf, planFromPods} from './place.js'
import {type PodState, readPodState} from './pod-state.js'
import {deletion, endTrouble, notReady, startTrouble} from './pod-trouble.js'
import {remainsOf, removeFrom} from './remains.js'
import {Runner} from './runner.js'

/** Making the virtual users, and the script's own setup, may each take this long. */
const heldLimitMs = 180_000
const lookMs = 300

/** Waits until every pod is ready; throws why one never will be. */
const untilReady = async (
  {objects}: Cluster,
  selector: string,
  {runners, limitMs}: {runners: number; limitMs: number},
  signal: AbortSignal,
): Promise<PodState[]> => {
  const endMs = performance.now() + limitMs
  for (;;) {
    const found: KubernetesObject[] = await objects.list('v1', 'Pod', selector)
    const pods = found.map(readPodState).sort((one, other) => one.index - other.index)
    for (const pod of pods) {
      const trouble = startTrouble(pod) ?? endTrouble(pod) ?? deletion(pod.name, pod)
      if (trouble !== undefined) throw trouble
    }
    if (pods.length >= runners && pods.every(({ready, ended}) => ready || ended !== undefined)) return pods
    if (pods.some(({ended}) => ended !== undefined)) return pods
    if (performance.now() > endMs) throw notReady(pods, runners, limitMs)
    await systemClock.sleep(lookMs, signal)
  }
}

/** Throws what k6 said, when it ended before its start: a script that does not parse, an image without k6. */
const checkAlive = async (runners: readonly Runner[], plan: Plan, signal: AbortSignal): Promise<void> => {
  const ended = runners.filter(({state}) => state?.ended !== undefined)
  for (const runner of ended) {
    await runner.follow(signal)
    throw (
      failureOfRunner(runner, plan) ??
      new UserError(`k6 in the pod ${runner.pod} ended before the load began`)
    )
  }
}

/** The script's setup, once: what it makes is handed to all the others. */
const setUp = async (runners: readonly Runner[], plan: Plan, signal: AbortSignal): Promise<void> => {
  const [first, ...others] = runners
  if (first === undefined || plan.scenario.load.script === undefined) return
  const data = await first.port.runSetUp(heldLimitMs, signal)
  await Promise.all(others.map((other) => other.port.putSetUpData(data, signal)))
}

/**
 * Makes a Job whose pods hold k6 right before the load, one share of it each. Throws UserError or EnvironmentError, and
 * leaves nothing then.
 */
export const prepareClusterK6 = async (asked: Plan, options: EngineOptions): Promise<PreparedLoad> => {
  const {signal, runId = ''} = options
  signal.throwIfAborted()
  const {at, cluster: order} = placeOf(asked)
  const plan = planFromPods(asked)
  const name = `shakedown-load-${randomBytes(4).toString('hex')}`
  const made = loadJobOf(plan, {name, runId, cluster: order})
  // What is made must be removed also when the run was stopped.
  const closing = new AbortController()
  const {cluster, api, access} = await openCluster(at, closing.signal)
  const wide = {...api, access: wideAccess(api.access)}
  let tell = (_sample: Sample, _runner: number): void => {}
  const objects = [made.job, made.files].map(({apiVersion, kind, metadata}) => ({
    apiVersion,
    kind,
    name: metadata.name,
  }))
  let forget = async (): Promise<void> => {}
  const close = once(async () => {
    await removeFrom(cluster, objects)
    await forget()
    closing.abort(new Error('the load is closed'))
  })
  try {
    await cluster.checkNamespace()
    if (options.leaves) forget = await options.leaves(remainsOf(access.pinned, objects))
    await makeOwned(cluster, made.job, [made.files], made.secrets)
    const limits = {runners: order.runners, limitMs: order.readyWithinMs}
    const pods = await untilReady(cluster, made.selector, limits, signal)
    const runners = pods.map(
      (pod) => new Runner(wide, at.namespace, pod, (sample, runner) => tell(sample, runner)),
    )
    await checkAlive(runners, plan, signal)
    await Promise.all(runners.map((runner) => runner.untilHeld(heldLimitMs, signal)))
    await setUp(runners, plan, signal)
    const load = new ClusterLoad({
      plan,
      cluster,
      selector: made.selector,
      runners,
      options,
      listen: (hear) => {
        tell = hear
      },
    })
    return preparedLoad(load, signal, close)
  } catch (cause) {
    await close().catch(() => {})
    throw cause
  }
}
