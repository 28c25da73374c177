import type {TurnOptions} from '../processes/in-turn.js'

/** Which pods a fault is to take, and how: what `pod-delete`, `kill` and `terminate` come to in a cluster. */
export interface PodsAsked extends TurnOptions {
  /** A workload of the target, or else all pods that the selector selects. */
  workload?: string | undefined
  selector?: string | undefined
  /** This very pod. */
  pod?: string | undefined
  count?: number | undefined
  /** A fraction, rounded down. */
  percent?: number | undefined
  all?: true | undefined
  /** Only pods on this node. */
  node?: string | undefined
  /** Only pods with these labels: a selector. */
  label?: string | undefined
  pick: 'random' | 'oldest' | 'newest'
  /** Ms; the pod's own when left out. */
  graceMs?: number | undefined
  /** Through the Eviction API. */
  evict: boolean
  /** Whatever disruption budgets say. */
  force: boolean
  /** No replacement until the fault ends: the workload is scaled by so much lower. */
  hold: boolean
  /** Undo waits at most so long for the workload to be ready again. */
  readyWithinMs: number
}

/** Longest that pods may take to be ready again, where the scenario does not say. */
export const readyWithinByDefault = '60s'
