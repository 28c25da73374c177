import {setMaxListeners} from 'node:events'
import type {KubernetesAt} from '../../scenarios/target.js'
import {type Clock, systemClock} from '../../system/clock.js'
import {type Access, openAccess} from './access.js'
import {type Api, openApi} from './api.js'
import type {Cluster} from './cluster.js'
import {namespaceCalls} from './namespace.js'
import {nodeCalls} from './nodes.js'
import {objectCalls} from './objects.js'
import {podCalls} from './pods.js'
import {reviewCalls} from './review.js'
import {scaleCalls} from './scale.js'
import {watchCalls} from './watch.js'

/** What a connection may be told besides where it goes. */
export interface ClusterOptions {
  /** For one answer, in milliseconds; 10 s when left out. */
  limitMs?: number
  /** For an API server that is away or overloaded, in milliseconds; 10 s when left out. */
  patienceMs?: number
  /** For a word of a watch, in milliseconds; 90 s when left out. */
  deafMs?: number
  clock?: Clock
}

const defaults = {limitMs: 10_000, patienceMs: 10_000, deafMs: 90_000, clock: systemClock}

const clusterOf = (api: Api, namespace: string): Cluster => ({
  namespace,
  where: api.access.where,
  ...namespaceCalls(api, namespace),
  ...podCalls(api, namespace),
  ...watchCalls(api, namespace),
  ...scaleCalls(api, namespace),
  ...nodeCalls(api),
  ...reviewCalls(api),
  objects: objectCalls(api, namespace),
})

/** Opens a cluster by its kubeconfig, without asking it anything yet, and gives the way to it as well. */
export const openCluster = async (
  at: KubernetesAt,
  signal: AbortSignal,
  options: ClusterOptions = {},
): Promise<{cluster: Cluster; access: Access; api: Api}> => {
  const access = await openAccess(at)
  // Each call that is under way listens to it, and a run has dozens of them: that is no leak.
  setMaxListeners(0, signal)
  const api = openApi(access, {...defaults, ...options, signal})
  return {cluster: clusterOf(api, at.namespace), access, api}
}

/**
 * Opens a cluster by its kubeconfig, without asking it anything yet. Throws UserError when the kubeconfig or the context
 * is not there, EnvironmentError where none is chosen.
 */
export const connectCluster = async (
  at: KubernetesAt,
  signal: AbortSignal,
  options: ClusterOptions = {},
): Promise<Cluster> => (await openCluster(at, signal, options)).cluster

/** What a cluster is called before its kubeconfig was read. */
const roughly = ({context, namespace}: KubernetesAt): string =>
  `${context === undefined ? 'current context' : `context ${context}`}, namespace ${namespace}`

/** The same, at once: its kubeconfig is read with the first call, which throws what is wrong with it. */
export const clusterAt = (at: KubernetesAt, signal: AbortSignal, options: ClusterOptions = {}): Cluster => {
  let opened: Promise<Cluster> | undefined
  let where = roughly(at)
  const open = async (): Promise<Cluster> => {
    opened ??= connectCluster(at, signal, options)
    const cluster = await opened
    where = cluster.where
    return cluster
  }
  return {
    namespace: at.namespace,
    get where() {
      return where
    },
    checkNamespace: async () => (await open()).checkNamespace(),
    pods: async (selector) => (await open()).pods(selector),
    watchPods: async (...asked) => (await open()).watchPods(...asked),
    workload: async (ref) => (await open()).workload(ref),
    deletePod: async (name, how) => (await open()).deletePod(name, how),
    evictPod: async (name, how) => (await open()).evictPod(name, how),
    setScale: async (...asked) => (await open()).setScale(...asked),
    budgets: async () => (await open()).budgets(),
    nodes: async () => (await open()).nodes(),
    setUnschedulable: async (node, value) => (await open()).setUnschedulable(node, value),
    review: async (rights) => (await open()).review(rights),
    logs: async (...asked) => (await open()).logs(...asked),
    objects: {
      apply: async (manifest) => (await open()).objects.apply(manifest),
      create: async (manifest) => (await open()).objects.create(manifest),
      read: async (...asked) => (await open()).objects.read(...asked),
      list: async (...asked) => (await open()).objects.list(...asked),
      patch: async (...asked) => (await open()).objects.patch(...asked),
      remove: async (...asked) => (await open()).objects.remove(...asked),
    },
  }
}
