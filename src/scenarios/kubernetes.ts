/** A pod as the API server tells of it. */
export interface Pod {
  name: string
  namespace: string
  uid: string
  /** Labels, for choosing. */
  labels: Record<string, string>
  annotations: Record<string, string>
  /** Absent while it is not scheduled. */
  node?: string
  ip?: string
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  /** Condition `Ready`. */
  ready: boolean
  /** Asked to end, and not gone yet. */
  deleting: boolean
  /** Of all its containers together. */
  restarts: number
  /** Epoch ms. */
  createdMs: number
  /** Why a container of it waits, as the kubelet says: `ImagePullBackOff`, `CrashLoopBackOff`. */
  waiting?: string
  /** The controller that replaces it; absent when nobody would. */
  controller?: {kind: string; name: string; uid: string}
}

/** What pods belong to: a workload object by kind and name, or whatever carries these labels. */
export type WorkloadRef =
  | {kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet'; name: string}
  | {kind: 'selector'; selector: string}

/** A node as far as it can be chosen. */
export interface KubernetesNode {
  name: string
  labels: Record<string, string>
  ready: boolean
  /** Cordoned: no new pod is put on it. */
  unschedulable: boolean
}
