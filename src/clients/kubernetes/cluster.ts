import type {Pod, WorkloadRef} from '../../scenarios/kubernetes.js'
import type {Json} from '../../system/json.js'
import type {ScaledBy} from './scale-mark.js'

/** A workload object as it is now. */
export interface WorkloadState {
  ref: WorkloadRef
  uid: string
  resourceVersion: string
  /** Replicas asked for; absent where nobody asks (a selector), or another does (a DaemonSet: one per node). */
  desired?: number
  /** Label selector of its pods. */
  selector: string
  /** A run of ours set its replicas, and nobody else since. */
  scaledBy?: ScaledBy
}

/** A PodDisruptionBudget and what it allows at this moment. */
export interface DisruptionBudget {
  name: string
  selector: string
  disruptionsAllowed: number
}

export interface ClusterNode {
  name: string
  uid: string
  ready: boolean
  unschedulable: boolean
  labels: Record<string, string>
}

/** A right that a role may give, in RBAC's words. */
export interface Right {
  verb: string
  /** `''` is the core group. */
  group: string
  resource: string
  subresource?: string
  /** Absent: of the whole cluster. */
  namespace?: string
}

/** What became of a deletion or an eviction: `other` is another pod of the same name now, which was left alone. */
export type PodEnding =
  | {kind: 'ending'}
  | {kind: 'gone'}
  | {kind: 'other'; uid: string}
  | {kind: 'refused'; why: string}

export interface EndPod {
  /** Only the pod with this uid is ended: sent as a precondition. */
  uid: string
  /** Seconds; its own `terminationGracePeriodSeconds` when left out. */
  graceSeconds?: number | undefined
  dryRun?: boolean
}

/** A manifest, or an object that the API server answered. */
export type KubernetesObject = {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    labels?: Record<string, string>
    [key: string]: unknown
  }
  [key: string]: unknown
}

/**
 * One namespace of a cluster, and its nodes, as faults, targets and engines use them. Every call has a time limit and ends
 * with the signal it was opened with. Throws EnvironmentError, with what to do, when the API server cannot be reached,
 * refuses (401, 403) or is overloaded for longer than its patience (429, 5xx are tried again).
 */
export interface Cluster {
  readonly namespace: string
  /** `context kind-shop (https://127.0.0.1:6443), namespace shop`, for messages. */
  readonly where: string
  /** Throws EnvironmentError when the namespace does not exist: the API server would answer with an empty list. */
  checkNamespace(): Promise<void>
  /** All pods, or those of the label selector, oldest first. */
  pods(selector?: string): Promise<Pod[]>
  /** Follows the pods by list and watch until the signal aborts; each call has all of them. Reconnects by itself. */
  watchPods(
    selector: string | undefined,
    onPods: (pods: readonly Pod[]) => void,
    signal: AbortSignal,
    /** Told when the watch is lost, and when it is back. */
    onSight?: (inSight: boolean, why: string) => void,
  ): Promise<void>
  /** Undefined when there is no such object; a selector is always there. */
  workload(ref: WorkloadRef): Promise<WorkloadState | undefined>
  deletePod(name: string, how: EndPod): Promise<PodEnding>
  /** Through the Eviction API, which respects disruption budgets: `refused` says which. */
  evictPod(name: string, how: EndPod): Promise<PodEnding>
  /**
   * Sets the replicas of a workload object, if `resourceVersion` is given only when nobody changed its scale since; `by`
   * stays with the object as `scaledBy`.
   */
  setScale(
    ref: WorkloadRef,
    replicas: number,
    resourceVersion?: string,
    by?: ScaledBy,
  ): Promise<'set' | 'changed meanwhile'>
  budgets(): Promise<DisruptionBudget[]>
  nodes(): Promise<ClusterNode[]>
  setUnschedulable(node: string, unschedulable: boolean): Promise<void>
  /** Which of the rights this account has (SelfSubjectAccessReview). */
  review(rights: readonly Right[]): Promise<{right: Right; allowed: boolean}[]>
  objects: KubernetesObjects
  /** What a container has printed, at most the last `limitBytes`. */
  logs(pod: string, container?: string, limitBytes?: number): Promise<string>
}

/** Objects of any kind, in the cluster's namespace unless their manifest names another. */
export interface KubernetesObjects {
  /** Server-side apply, as field manager `shakedown`. */
  apply(manifest: KubernetesObject): Promise<KubernetesObject>
  /** Creates; throws EnvironmentError when it exists already. */
  create(manifest: KubernetesObject): Promise<KubernetesObject>
  read(apiVersion: string, kind: string, name: string): Promise<KubernetesObject | undefined>
  list(apiVersion: string, kind: string, selector?: string): Promise<KubernetesObject[]>
  /** A JSON merge patch. */
  patch(apiVersion: string, kind: string, name: string, change: Json): Promise<KubernetesObject>
  /** Deletes with its dependents; resolves at once, `false` when it was not there, or has another uid. */
  remove(apiVersion: string, kind: string, name: string, uid?: string): Promise<boolean>
}
