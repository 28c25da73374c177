import {randomBytes} from 'node:crypto'
import type {Api} from '../../clients/kubernetes/api.js'
import type {Cluster} from '../../clients/kubernetes/cluster.js'
import {openCluster} from '../../clients/kubernetes/connect.js'
import {wideAccess} from '../../clients/kubernetes/wide-access.js'
import {EnvironmentError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {systemClock} from '../../system/clock.js'
import type {EngineOptions, PreparedLoad} from '../engine.js'
import {failureOfRunner} from '../k6/cluster/ends-of-runners.js'
import {k6PortOf} from '../k6/cluster/k6-port.js'
import {makeOwned} from '../k6/cluster/make-owned.js'
import {once} from '../k6/cluster/once.js'
import {placeOf, planFromPods} from '../k6/cluster/place.js'
import {remainsOf, removeFrom} from '../k6/cluster/remains.js'
import type {HoldMessage} from '../k6/script/messages.js'
import {preparedLoad} from '../k6/started-load.js'
import {endedRunners} from './ended-runners.js'
import {mergingPrometheus, openMerging, untilPushed} from './merging-prometheus.js'
import {type HeldRunner, OperatorLoad} from './operator-load.js'
import {operatorObjectsOf} from './operator-objects.js'
import {noOperator} from './operator-trouble.js'
import {PushReader} from './pushes.js'
import {readRunner} from './runner-log.js'
import {podsOf} from './test-run-pods.js'
import {untilHeld} from './until-held.js'

/** The script's own setup may take this long. */
const setUpLimitMs = 180_000
/** The first push of each runner must have arrived after this long: they push each second. */
const pushLimitMs = 20_000
const lookMs = 200

const checkOperator = async (api: Api): Promise<void> => {
  const path = '/apis/k6.io/v1alpha1'
  const found = await api.find({method: 'GET', path, asked: 'tell whether there is a k6-operator'})
  if (found === undefined) throw noOperator(api.access.where)
}

/** The script's setup, once, in the first runner: what it makes is handed to all. */
const setUp = async (
  {cluster, name, plan}: {cluster: Cluster; name: string; plan: Plan},
  [first]: readonly HeldRunner[],
  signal: AbortSignal,
): Promise<Extract<HoldMessage, {step: 'made'}>['data']> => {
  if (first === undefined || plan.scenario.load.script === undefined) return null
  await first.port.putSetUpData({step: 'setup'}, signal)
  const endMs = performance.now() + setUpLimitMs
  while (performance.now() < endMs) {
    // What stands there is ours, or that of our own module in the pod.
    const told = (await first.port.setUpData(signal).catch(() => null)) as HoldMessage | null
    if (told?.step === 'made') return told.data
    const {runners} = await podsOf(cluster, name)
    const ended = runners.filter((state) => state.name === first.pod && state.ended !== undefined)
    for (const runner of await endedRunners(
      cluster,
      ended.map(({name: pod}) => ({pod})),
      ended,
    )) {
      throw (
        failureOfRunner(runner, plan) ?? new EnvironmentError(`k6 in the pod ${first.pod} ended in its setup`)
      )
    }
    await systemClock.sleep(lookMs, signal)
  }
  throw new EnvironmentError(`The setup of the script is not over after ${setUpLimitMs / 1000} s`)
}

/**
 * Makes a TestRun whose runners hold k6 right before the load, one share of it each. Throws UserError or
 * EnvironmentError, and leaves nothing then.
 */
export const prepareK6Operator = async (asked: Plan, options: EngineOptions): Promise<PreparedLoad> => {
  const {signal, runId = ''} = options
  signal.throwIfAborted()
  const {at, cluster: order} = placeOf(asked)
  const plan = planFromPods(asked)
  const merging = mergingPrometheus(asked)
  const {remoteWrite} = merging
  const name = `shakedown-load-${randomBytes(4).toString('hex')}`
  const made = operatorObjectsOf(plan, {name, runId, cluster: order, remoteWrite})
  // What is made must be removed also when the run was stopped.
  const closing = new AbortController()
  const {cluster, api: narrow, access} = await openCluster(at, closing.signal)
  const api = {...narrow, access: wideAccess(narrow.access)}
  const client = openMerging(merging)
  const objects = [made.testRun, made.files].map(({apiVersion, kind}) => ({apiVersion, kind, name}))
  let isMade = false
  let forget = async (): Promise<void> => {}
  const close = once(async () => {
    await client.close()
    if (isMade) await removeFrom(cluster, objects)
    await forget()
    closing.abort(new Error('the load is closed'))
  })
  try {
    await cluster.checkNamespace()
    await checkOperator(api)
    if (options.leaves) forget = await options.leaves(remainsOf(access.pinned, objects))
    isMade = true
    await makeOwned(cluster, made.testRun, [made.files], made.secrets)
    const {runners: count, readyWithinMs: limitMs} = order
    const states = await untilHeld({cluster, api}, {name, runners: count, limitMs, plan}, signal)
    const complaint = async (): Promise<string | undefined> => {
      const logs = await Promise.all(
        states.map((state) => cluster.logs(state.name, 'k6', 20_000).catch(() => '')),
      )
      return logs.flatMap(
        (text, index) => readRunner(states[index]?.name ?? '', text, undefined).log.errors,
      )[0]
    }
    await untilPushed(client, {name, runners: count, limitMs: pushLimitMs, remoteWrite}, complaint, signal)
    const runners = states.map(({name: pod, index}) => ({pod, index, port: k6PortOf(api, at.namespace, pod)}))
    const data = await setUp({cluster, name, plan}, runners, signal)
    const pushes = new PushReader(client, name, plan.scenario.load.script !== undefined)
    const parts = {plan, cluster, name, runners, setUp: data, seconds: made.seconds, pushes}
    return preparedLoad(new OperatorLoad({...parts, prometheus: client.url, options}), signal, close)
  } catch (cause) {
    await close().catch(() => {})
    throw cause
  }
}
