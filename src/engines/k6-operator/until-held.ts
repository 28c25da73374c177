import type {Api} from '../../clients/kubernetes/api.js'
import type {Cluster} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {systemClock} from '../../system/clock.js'
import {failureOfRunner} from '../k6/cluster/ends-of-runners.js'
import {k6PortOf, k6Status} from '../k6/cluster/k6-port.js'
import type {PodState} from '../k6/cluster/pod-state.js'
import {deletion, endTrouble, startTrouble} from '../k6/cluster/pod-trouble.js'
import {notStarted, refusedByOperator, silentOperator} from './operator-trouble.js'
import {runnerOf} from './runner-log.js'
import {podsOf, type TestRunPods} from './test-run-pods.js'

/** An operator that is there says something within two seconds. */
const silentMs = 30_000
const lookMs = 500

/** What is waited for. */
export interface Awaited {
  name: string
  runners: number
  limitMs: number
  plan: Plan
}

const stageOf = async ({objects}: Cluster, name: string): Promise<string> => {
  const found = await objects.read('k6.io/v1alpha1', 'TestRun', name)
  if (found === undefined) throw new EnvironmentError(`The TestRun ${name} was deleted before the load began`)
  // A TestRun that nobody has taken up has no status at all.
  return (found as {status?: {stage?: string}}).status?.stage ?? ''
}

/** What k6 said in a pod that has ended. */
const lastWords = async (cluster: Cluster, pod: PodState, {plan}: Awaited): Promise<Error> => {
  const runner = await runnerOf(cluster, pod)
  const failure = failureOfRunner(runner, plan)
  const said = runner.log.errors[0] ?? runner.complaints[0] ?? 'it said nothing'
  return failure ?? new EnvironmentError(`The pod ${pod.name} of the load ended before its start: ${said}`)
}

/** Why the load will never be ready, as far as pods tell; the operator itself waits for ever. */
const troubleOf = async (cluster: Cluster, pods: TestRunPods, asked: Awaited): Promise<Error | undefined> => {
  const all = [...pods.initializer, ...pods.starter, ...pods.runners]
  for (const pod of all) {
    const trouble = startTrouble(pod) ?? endTrouble(pod)
    if (trouble !== undefined) return trouble
  }
  for (const pod of pods.runners) {
    if (pod.ended !== undefined) return await lastWords(cluster, pod, asked)
    const gone = deletion(pod.name, pod)
    if (gone !== undefined) return gone
  }
  const starter = pods.starter.find(({ended}) => ended !== undefined && ended.code !== 0)
  return starter && (await lastWords(cluster, starter, asked))
}

/** The initializer runs k6 on the script before anything else does. */
const refusal = async (cluster: Cluster, {initializer}: TestRunPods, asked: Awaited): Promise<Error> => {
  const failed = initializer.find(({ended}) => ended !== undefined && ended.code !== 0)
  if (failed === undefined) return refusedByOperator(asked.name, undefined)
  const {log, complaints} = await runnerOf(cluster, failed)
  return refusedByOperator(asked.name, log.errors[0] ?? complaints.at(-1))
}

/** Whether k6 in that pod was started and holds now, in its setup. */
const isHeld = async (
  api: Api,
  namespace: string,
  {name}: PodState,
  signal: AbortSignal,
): Promise<boolean> => {
  // One that does not listen yet is looked at again.
  const status = await k6PortOf(api, namespace, name)
    .status(signal)
    .catch(() => undefined)
  signal.throwIfAborted()
  return status === k6Status.setup
}

/**
 * Waits until every runner was started by the operator and holds before the load; throws why one never will. The stage
 * of the TestRun is only believed when it says "error": it stays "started" also where nothing runs.
 */
export const untilHeld = async (
  {cluster, api}: {cluster: Cluster; api: Api},
  asked: Awaited,
  signal: AbortSignal,
): Promise<PodState[]> => {
  const beganMs = performance.now()
  for (;;) {
    const stage = await stageOf(cluster, asked.name)
    const pods = await podsOf(cluster, asked.name)
    if (stage === 'error') throw await refusal(cluster, pods, asked)
    const trouble = await troubleOf(cluster, pods, asked)
    if (trouble !== undefined) throw trouble
    const {runners} = pods
    if (runners.length === asked.runners && runners.every(({phase}) => phase === 'Running')) {
      const held = await Promise.all(runners.map((pod) => isHeld(api, cluster.namespace, pod, signal)))
      if (held.every((one) => one)) return runners
    }
    const waitedMs = performance.now() - beganMs
    const silenceMs = Math.min(silentMs, asked.limitMs)
    if (stage === '' && waitedMs > silenceMs) throw silentOperator(asked.name, silenceMs)
    if (waitedMs > asked.limitMs)
      throw notStarted(pods, {stage, wanted: asked.runners, limitMs: asked.limitMs})
    await systemClock.sleep(lookMs, signal)
  }
}
