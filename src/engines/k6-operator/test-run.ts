import type {KubernetesObject} from '../../clients/kubernetes/cluster.js'
import type {Json} from '../../system/json.js'
import type {PodTls} from '../k6/cluster/pod-tls.js'
import {loadTag} from '../k6/script/messages.js'
import type {ClusterOrder} from './order.js'

/** What a TestRun is made of besides the order. */
export interface TestRunParts {
  name: string
  /** Of the file that k6 runs, in the ConfigMap or on the claim. */
  file: string
  /** Of the user's script. */
  env: Readonly<Record<string, string>>
  /** Virtual users of one runner. */
  usersPerRunner: number
  /** Of one run, besides the name. */
  labels?: Readonly<Record<string, string>>
  /** How durations are pushed: most Prometheus take native histograms only when told to. */
  trends?: 'native' | 'few'
  /** What its runners speak TLS with. */
  tls?: Pick<PodTls, 'env' | 'volumes' | 'mounts'>
  /** Its results are read by the run that it belongs to: thresholds are judged, and the log is for a program. */
  followed?: boolean
}

/** One virtual user of a small script, and k6 without any: measured with 1,000 of them (k6 2.1 and 1.8). */
const bytesPerUser = 400_000
const bytesOfK6 = 100_000_000

/** Twice what the users of a small script need. */
export const memoryFor = (users: number): string =>
  `${Math.ceil((2 * (bytesOfK6 + users * bytesPerUser)) / 2 ** 20)}Mi`

/** k6's remote write: pushed each second, because a counter's first push is lost to increase(). */
const remoteWriteEnv = (url: string, trends: 'native' | 'few'): Record<string, string> => ({
  K6_PROMETHEUS_RW_SERVER_URL: url,
  K6_PROMETHEUS_RW_PUSH_INTERVAL: '1s',
  ...(trends === 'native'
    ? {K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: 'true'}
    : {K6_PROMETHEUS_RW_TREND_STATS: 'max'}),
})

const envList = (env: Record<string, string>): Json[] =>
  Object.entries(env).map(([name, value]) => ({name, value}))

const metadataOf = (
  name: string,
  {namespace}: ClusterOrder,
  labels: Readonly<Record<string, string>> = {},
): KubernetesObject['metadata'] => ({
  name,
  ...(namespace !== undefined && {namespace}),
  // By these all that belongs to one load is found.
  labels: {
    'app.kubernetes.io/managed-by': 'shakedown',
    'app.kubernetes.io/instance': name,
    ...labels,
  },
})

/** Split at spaces, and read by a shell: nothing in here needs quotes. */
const argumentsOf = (
  {name, followed}: TestRunParts,
  {runners, remoteWrite, args = []}: ClusterOrder,
): string =>
  [
    `--tag testid=${name}`,
    // Tags of the script itself are gone as soon as there is one here.
    ...(followed ? [`--tag ${loadTag.key}=${loadTag.load} --log-format=json --no-color`] : []),
    // A threshold would be judged by each runner over its own share of the data.
    ...(runners > 1 && !followed ? ['--no-thresholds'] : []),
    ...(remoteWrite === undefined ? [] : ['--out experimental-prometheus-rw']),
    ...args,
  ].join(' ')

const podOf = ({name, env: own, trends = 'native', labels}: TestRunParts, order: ClusterOrder) => {
  const {image, remoteWrite, pullPolicy, serviceAccount, nodeSelector = {}} = order
  const env = {
    ...own,
    K6_NO_USAGE_REPORT: 'true',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    ...(remoteWrite !== undefined && remoteWriteEnv(remoteWrite, trends)),
  }
  return {
    metadata: {labels: metadataOf(name, order, labels).labels ?? {}},
    image,
    ...(pullPolicy !== undefined && pullPolicy !== 'IfNotPresent' && {imagePullPolicy: pullPolicy}),
    ...(serviceAccount !== undefined && {serviceAccountName: serviceAccount}),
    ...(Object.keys(nodeSelector).length > 0 && {nodeSelector: {...nodeSelector}}),
    env: envList(env),
  }
}

/** The initializer must not have the key: it prints all options of a load into its log. */
const runnerOf = (pod: ReturnType<typeof podOf>, tls: TestRunParts['tls']) => ({
  ...pod,
  ...(tls && {env: [...pod.env, ...envList(tls.env)]}),
  ...(tls && tls.volumes.length > 0 && {volumes: tls.volumes, volumeMounts: tls.mounts}),
})

/**
 * A TestRun of the k6-operator (k6.io/v1alpha1). Nothing in it cleans up by itself: whether a runner failed is told by
 * its pod alone, which `cleanup: post` would remove.
 */
export const testRunOf = (parts: TestRunParts, order: ClusterOrder): KubernetesObject => {
  const {name, file, usersPerRunner, labels, tls} = parts
  const {runners, separate, claim} = order
  const resources = {cpu: order.cpu ?? '1', memory: order.memory ?? memoryFor(usersPerRunner)}
  const pod = podOf(parts, order)
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: metadataOf(name, order, labels),
    spec: {
      parallelism: runners,
      script: claim === undefined ? {configMap: {name, file}} : {volumeClaim: {name: claim, file}},
      arguments: argumentsOf(parts, order),
      separate,
      quiet: 'true',
      // Without it, k6 would begin before all runners are there.
      paused: 'true',
      initializer: {...pod, disabled: false},
      runner: {...runnerOf(pod, tls), resources: {requests: resources, limits: {memory: resources.memory}}},
    },
  }
}

/** The files that k6 reads, as a ConfigMap. */
export const configMapOf = (
  name: string,
  files: Readonly<Record<string, string>>,
  order: ClusterOrder,
  labels?: Readonly<Record<string, string>>,
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadataOf(name, order, labels),
  data: {...files},
})
