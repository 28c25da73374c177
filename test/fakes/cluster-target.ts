import type {Pod} from '../../src/scenarios/kubernetes.js'
import type {Target, Workload} from '../../src/scenarios/target.js'

/** A pod that runs and is ready, of the ReplicaSet of its app. */
export const podOf = (name: string, changes: Partial<Pod> & {app?: string} = {}): Pod => {
  const {app = 'web', ...rest} = changes
  return {
    name,
    namespace: 'shop',
    uid: `uid-of-${name}`,
    labels: {app, 'pod-template-hash': '5d9f'},
    annotations: {},
    node: 'node-1',
    phase: 'Running',
    ready: true,
    deleting: false,
    restarts: 0,
    createdMs: 1_000,
    controller: {kind: 'ReplicaSet', name: `${app}-5d9f`, uid: `uid-of-${app}-5d9f`},
    ...rest,
  }
}

/** So many such pods, each a second younger than the one before. */
export const podsOf = (app: string, count: number, changes: Partial<Pod> = {}): Pod[] =>
  Array.from({length: count}, (_, index) =>
    podOf(`${app}-${index + 1}`, {app, createdMs: 1_000 * (index + 1), ...changes}),
  )

/** A Deployment of these pods as a workload. */
export const deploymentOf = (name: string, pods: Pod[]): Workload => ({
  replicas: pods.map((pod) => pod.name),
  object: {kind: 'Deployment', name},
  pods,
})

const node = (name: string) => ({name, labels: {}, ready: true, unschedulable: false})

/** A target in a cluster with these workloads, by name, and two nodes. */
export const clusterTarget = (workloads: Record<string, Workload>): Target => ({
  name: 'shop',
  endpoints: {web: 'http://127.0.0.1:1'},
  edges: {},
  workloads,
  kubernetes: {
    context: 'kind-shop',
    namespace: 'shop',
    nodes: [node('node-1'), node('node-2')],
    pods: Object.values(workloads).flatMap(({pods = []}) => pods),
  },
  metrics: {kind: 'scrape', intervalMs: 1_000, targets: []},
  data: {},
})
