import type {Json} from '../../system/json.js'
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
}

/** One virtual user of a small script, and k6 without any: measured with 1,000 of them (k6 2.1 and 1.8). */
const bytesPerUser = 400_000
const bytesOfK6 = 100_000_000

/** Twice what the users of a small script need. */
export const memoryFor = (users: number): string =>
  `${Math.ceil((2 * (bytesOfK6 + users * bytesPerUser)) / 2 ** 20)}Mi`

/** k6's remote write: pushed each second, because a counter's first push is lost to increase(). */
const remoteWriteEnv = (url: string): Record<string, string> => ({
  K6_PROMETHEUS_RW_SERVER_URL: url,
  K6_PROMETHEUS_RW_PUSH_INTERVAL: '1s',
  K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: 'true',
})

const envList = (env: Record<string, string>): Json[] =>
  Object.entries(env).map(([name, value]) => ({name, value}))

/** Labels by which all that belongs to one load is found. */
const labelsOf = (name: string): Record<string, string> => ({
  'app.kubernetes.io/managed-by': 'shakedown',
  'app.kubernetes.io/instance': name,
})

const metadataOf = (name: string, {namespace}: ClusterOrder): Json => ({
  name,
  ...(namespace !== undefined && {namespace}),
  labels: labelsOf(name),
})

/**
 * A TestRun of the k6-operator (k6.io/v1alpha1). Nothing in it cleans up by itself: whether a runner failed is told by
 * its pod alone, which `cleanup: post` would remove.
 */
export const testRunOf = (
  {name, file, env: own, usersPerRunner}: TestRunParts,
  order: ClusterOrder,
): Json => {
  const {runners, image, remoteWrite, separate, claim} = order
  const resources = {cpu: order.cpu ?? '1', memory: order.memory ?? memoryFor(usersPerRunner)}
  const env = {
    ...own,
    K6_NO_USAGE_REPORT: 'true',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    ...(remoteWrite !== undefined && remoteWriteEnv(remoteWrite)),
  }
  // Split at spaces, and read by a shell: nothing in here needs quotes.
  const args = [
    `--tag testid=${name}`,
    // A threshold would be judged by each runner over its own share of the data.
    ...(runners > 1 ? ['--no-thresholds'] : []),
    ...(remoteWrite === undefined ? [] : ['--out experimental-prometheus-rw']),
  ]
  const pod = {metadata: {labels: labelsOf(name)}, image, env: envList(env)}
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: metadataOf(name, order),
    spec: {
      parallelism: runners,
      script: claim === undefined ? {configMap: {name, file}} : {volumeClaim: {name: claim, file}},
      arguments: args.join(' '),
      separate,
      quiet: 'true',
      // Without it, k6 would begin before all runners are there.
      paused: 'true',
      initializer: {...pod, disabled: false},
      runner: {...pod, resources: {requests: resources, limits: {memory: resources.memory}}},
    },
  }
}

/** The files that k6 reads, as a ConfigMap. */
export const configMapOf = (
  name: string,
  files: Readonly<Record<string, string>>,
  order: ClusterOrder,
): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadataOf(name, order),
  data: {...files},
})
