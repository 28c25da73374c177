import type {KubernetesObject} from '../../clients/kubernetes/cluster.js'
import type {Plan} from '../../plan/plan.js'
import type {LoadCluster} from '../../scenarios/scenario.js'
import {labelOf} from '../k6/cluster/load-job.js'
import {podTlsOf} from '../k6/cluster/pod-tls.js'
import {longestMs} from '../k6/hopeless.js'
import {usersOf} from '../k6/virtual-users.js'
import {loadFiles} from './load-files.js'
import {checkRows, checkSize} from './manifests.js'
import {orderOf} from './order.js'
import {usersForRunners} from './segments.js'
import {configMapOf, testRunOf} from './test-run.js'

/** What is made in the cluster for one load. */
export interface OperatorObjects {
  testRun: KubernetesObject
  files: KubernetesObject
  /** With the client's key, if it has one; it goes with the TestRun. */
  secrets: KubernetesObject[]
  /** Due seconds are told modulo this. */
  seconds: number
}

/** A push may be so much later than what it tells of; until then a second must not be taken for a later one. */
const spareSeconds = 25

/** Where the operator mounts the files of a ConfigMap. */
const filesFolder = '/test'

/**
 * The TestRun that makes the load of a plan, followed by a run, and its files. Throws UserError for what cannot run
 * there.
 */
export const operatorObjectsOf = (
  plan: Plan,
  {
    name,
    runId,
    cluster,
    remoteWrite,
  }: {name: string; runId: string; cluster: LoadCluster; remoteWrite: string},
): OperatorObjects => {
  const order = {...orderOf(cluster), remoteWrite}
  checkRows(plan, order)
  const users = usersForRunners(usersOf(plan), order.runners)
  const seconds = Math.ceil((longestMs(plan) - plan.durationMs) / 1000) + spareSeconds
  const load = loadFiles(plan, {users, runners: order.runners, summaryPath: 'stdout', pushedSeconds: seconds})
  const {script} = plan.scenario.load
  const labels = {...(runId !== '' && {'shakedown/run': labelOf(runId)}), 'shakedown/load': name}
  const tls = podTlsOf(plan, {name, labels, filesAt: filesFolder})
  const files = {...load.files, ...tls.files}
  checkSize(files, 'Bundle and minify the script, or shorten lists and logs.')
  const testRun = testRunOf(
    {
      name,
      file: load.main,
      env: script?.env ?? {NO_PROXY: '*', no_proxy: '*'},
      usersPerRunner: users.reduce((sum, count) => sum + count, 0) / order.runners,
      labels,
      trends: script === undefined ? 'few' : 'native',
      followed: true,
      tls,
    },
    order,
  )
  const secrets = tls.secret ? [tls.secret] : []
  return {testRun, files: configMapOf(name, files, order, labels), secrets, seconds}
}
