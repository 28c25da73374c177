import type {KubernetesObject} from '../../../clients/kubernetes/cluster.js'
import {UserError} from '../../../errors.js'
import type {Plan} from '../../../plan/plan.js'
import type {LoadCluster} from '../../../scenarios/scenario.js'
import type {Json} from '../../../system/json.js'
import {loadFiles} from '../../k6-operator/load-files.js'
import {checkRows, checkSize} from '../../k6-operator/manifests.js'
import {segmentOf, usersForRunners} from '../../k6-operator/segments.js'
import {memoryFor} from '../../k6-operator/test-run.js'
import {longestMs} from '../hopeless.js'
import {usersOf} from '../virtual-users.js'
import {type PodTls, podTlsOf} from './pod-tls.js'
import {filesFolder, k6Port, logAwk, runnerScript, workFolder} from './runner-script.js'
import {samplesAwk} from './samples-awk.js'

/** What is made in the cluster for one load. */
export interface LoadObjects {
  job: KubernetesObject
  files: KubernetesObject
  /** With the client's key, if it has one; it goes with the Job. */
  secrets: KubernetesObject[]
  /** Of the Job's pods. */
  selector: string
}

/** Setup of a script, its teardown and our own start and end; the rest of a Job's deadline is the plan's. */
const asideMs = 10 * 60_000
/** What is left of a load when nobody cleaned up goes after this long. */
const keptSeconds = 600

/** A run's id as the value of a label. */
export const labelOf = (runId: string): string =>
  runId
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')

const filesOf = (plan: Plan, {runners}: LoadCluster, users: readonly number[], tls: PodTls) => {
  const {main, files} = loadFiles(plan, {users, runners, summaryPath: `${workFolder}/summary.json`})
  const all: Record<string, string> = {
    ...files,
    ...tls.files,
    'runner.sh': runnerScript,
    'samples.awk': samplesAwk,
    'log.awk': logAwk,
  }
  checkSize(
    all,
    'Bundle and minify the script, shorten lists and logs, or leave out `poisson`, whose arrivals are listed one by one.',
  )
  return {main, all}
}

/** What these pods see comes by their logs, to the last request. */
const checkPush = ({remoteWrite}: LoadCluster): void => {
  if (remoteWrite === undefined) return
  throw new UserError('load.kubernetes.remote-write is for the engine k6-operator: nothing would be pushed', {
    hint: 'Leave it out, as the logs of the pods tell of each request, or use `engine: k6-operator`.',
  })
}

/** The variables that k6 gets: those that make its samples readable, and the script's own. */
const environmentOf = ({scenario}: Plan, tls: PodTls): Json[] => {
  const {script} = scenario.load
  const env: Record<string, string> = {
    ...(script?.env ?? {NO_PROXY: '*', no_proxy: '*'}),
    K6_NO_USAGE_REPORT: 'true',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    K6_CSV_TIME_FORMAT: 'unix_nano',
    K6_CSV_SAVE_INTERVAL: '200ms',
    ...tls.env,
  }
  return Object.entries(env).map(([name, value]) => ({name, value}))
}

const spread = (labels: Record<string, string>): Json => ({
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      {topologyKey: 'kubernetes.io/hostname', labelSelector: {matchLabels: labels}},
    ],
  },
})

const container = (
  plan: Plan,
  {main, tls, usersPerRunner}: {main: string; tls: PodTls; usersPerRunner: number},
  cluster: LoadCluster,
): Json => {
  const {runners, image, pullPolicy, args, cpu = '1', memory = memoryFor(usersPerRunner)} = cluster
  const {sequence} = segmentOf(0, runners)
  return {
    name: 'k6',
    image,
    imagePullPolicy: pullPolicy,
    command: ['sh', `${filesFolder}/runner.sh`, String(runners), sequence, main, ...args],
    env: environmentOf(plan, tls),
    ports: [{containerPort: k6Port}],
    resources: {requests: {cpu, memory}, limits: {memory}},
    // k6 opens it once it has read the script; the pod is told to start only then.
    readinessProbe: {
      httpGet: {path: '/v1/status', port: k6Port},
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: 60,
    },
    volumeMounts: [
      {name: 'files', mountPath: filesFolder, readOnly: true},
      {name: 'work', mountPath: workFolder},
      ...tls.mounts,
    ],
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}},
  }
}

const podSpec = (
  name: string,
  {pod, tls}: {pod: Json; tls: PodTls},
  labels: Record<string, string>,
  cluster: LoadCluster,
): Json => ({
  restartPolicy: 'Never',
  terminationGracePeriodSeconds: 15,
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  nodeSelector: cluster.nodeSelector,
  ...(cluster.serviceAccount !== undefined && {serviceAccountName: cluster.serviceAccount}),
  ...(cluster.separate && {affinity: spread(labels)}),
  containers: [pod],
  volumes: [{name: 'files', configMap: {name}}, {name: 'work', emptyDir: {}}, ...tls.volumes],
})

/**
 * A Job whose pods share the load of a plan, each held before its start, and the ConfigMap with their files. Whatever
 * becomes of us, it ends by its deadline. Throws UserError for what cannot run there.
 */
export const loadJobOf = (
  plan: Plan,
  {name, runId, cluster}: {name: string; runId: string; cluster: LoadCluster},
): LoadObjects => {
  checkRows(plan, cluster)
  checkPush(cluster)
  const {runners} = cluster
  const users = usersForRunners(usersOf(plan), runners)
  const own = {'shakedown/load': name}
  const labels = {
    'app.kubernetes.io/managed-by': 'shakedown',
    ...(runId !== '' && {'shakedown/run': labelOf(runId)}),
    ...own,
  }
  const tls = podTlsOf(plan, {name, labels, filesAt: filesFolder})
  const {main, all} = filesOf(plan, cluster, users, tls)
  const usersPerRunner = users.reduce((sum, count) => sum + count, 0) / runners
  const pod = container(plan, {main, tls, usersPerRunner}, cluster)
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {name, labels},
    spec: {
      completions: runners,
      parallelism: runners,
      completionMode: 'Indexed',
      // A pod that failed is no reason to begin again in the middle of a load.
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil((cluster.readyWithinMs + longestMs(plan) + asideMs) / 1000),
      ttlSecondsAfterFinished: keptSeconds,
      template: {metadata: {labels}, spec: podSpec(name, {pod, tls}, own, cluster)},
    },
  }
  const files = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, labels}, data: all}
  return {job, files, secrets: tls.secret ? [tls.secret] : [], selector: `shakedown/load=${name}`}
}
