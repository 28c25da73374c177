import type {Cluster} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError, messageOf} from '../../errors.js'
import type {Pod, WorkloadRef} from '../../scenarios/kubernetes.js'
import type {Target} from '../../scenarios/target.js'
import type {Replica} from '../workloads.js'
import {belongsTo} from './look-at-pods.js'
import {replicaOf} from './pod-replica.js'

/** Nobody has asked for so long: nobody looks any more. */
const idleMs = 2_000

/** What is known of one workload's pods. */
interface Row {
  pods: readonly Pod[]
  /** Uids of those that were ready once. */
  wereReady: Set<string>
  /** Why they are not in sight, while they are not. */
  lost?: string | undefined
}

interface Watching {
  rows: Promise<Row>[]
  stop: AbortController
}

/** Follows the pods of one workload until the signal aborts; resolves with the first look at them. */
const follow = async (
  cluster: Cluster,
  name: string,
  ref: WorkloadRef,
  signal: AbortSignal,
): Promise<Row> => {
  const state = await cluster.workload(ref)
  if (state === undefined) throw new EnvironmentError(`workloads.${name} is gone (${cluster.where})`)
  const row: Row = {pods: [], wereReady: new Set()}
  return await new Promise((resolve, reject) => {
    const onPods = (pods: readonly Pod[]): void => {
      row.pods = pods.filter((pod) => belongsTo(ref, state.uid, pod))
      for (const {uid, ready} of row.pods) if (ready) row.wereReady.add(uid)
      resolve(row)
    }
    const onSight = (inSight: boolean, why: string): void => {
      row.lost = inSight ? undefined : why
    }
    cluster.watchPods(state.selector, onPods, signal, onSight).then(
      () => reject(new EnvironmentError('nobody looks at the pods any more')),
      (cause: unknown) => {
        row.lost = messageOf(cause)
        reject(cause)
      },
    )
  })
}

const replicasOf = (workload: string, {pods, wereReady}: Row): Replica[] =>
  pods.map((pod) => replicaOf(workload, pod, wereReady.has(pod.uid)))

/** The pods of a target's workloads, in sight from the first question on until nobody asks for 2 s. */
export const boardOf = (target: Target, cluster: Cluster): {replicas(): Promise<Replica[]>} => {
  const workloads = Object.entries(target.workloads).flatMap(([name, {object}]) =>
    object ? [{name, object}] : [],
  )
  let watching: Watching | undefined
  let idle: NodeJS.Timeout | undefined
  /** Questions without an answer yet: on a slow API server the first look takes its time. */
  let open = 0
  const stopLooking = (): void => {
    watching?.stop.abort()
    watching = undefined
  }
  const begin = (): Watching => {
    const stop = new AbortController()
    const rows = workloads.map(({name, object}) => follow(cluster, name, object, stop.signal))
    for (const row of rows) row.catch(() => {})
    return {stop, rows}
  }
  return {
    replicas: async () => {
      clearTimeout(idle)
      open += 1
      watching ??= begin()
      const mine = watching
      try {
        const rows = await Promise.all(mine.rows)
        const lost = rows.find((row) => row.lost !== undefined)
        if (lost) throw new EnvironmentError(`The pods are out of sight: ${lost.lost} (${cluster.where})`)
        return rows.flatMap((row, index) => replicasOf(workloads[index]?.name ?? '', row))
      } catch (cause) {
        // A first look that failed is tried again with the next question.
        if (
          watching === mine &&
          (await Promise.allSettled(mine.rows)).some(({status}) => status === 'rejected')
        ) {
          stopLooking()
        }
        throw cause
      } finally {
        open -= 1
        clearTimeout(idle)
        if (open === 0) idle = setTimeout(stopLooking, idleMs)
      }
    },
  }
}
