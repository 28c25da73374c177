import type {Pod} from '../../scenarios/kubernetes.js'
import {selects} from '../../scenarios/label-selector.js'
import type {Target} from '../../scenarios/target.js'
import {belongsTo} from '../../targets/kubernetes/look-at-pods.js'
import type {World} from '../fault.js'

/** Pods by the workload of the target that they belong to. */
export type PodsByWorkload = Readonly<Record<string, readonly Pod[]>>

/** As they were when the target was looked at. */
export const podsKnown = ({workloads}: Target): PodsByWorkload =>
  Object.fromEntries(Object.entries(workloads).map(([name, {pods = []}]) => [name, pods]))

/**
 * Reads once what selects the pods of each workload; resolves to what lists them as they are, in one call. A workload whose
 * object is gone has none.
 */
export const openPods = async ({target, cluster}: World): Promise<() => Promise<PodsByWorkload>> => {
  const found = await Promise.all(
    Object.entries(target.workloads).map(async ([name, {object}]) => {
      const state = object && (await cluster().workload(object))
      return {name, state}
    }),
  )
  return async () => {
    const all = await cluster().pods()
    const chosen = found.map(({name, state}): [string, Pod[]] => [
      name,
      state
        ? all.filter((pod) => selects(state.selector, pod.labels) && belongsTo(state.ref, state.uid, pod))
        : [],
    ])
    return Object.fromEntries(chosen)
  }
}

/** As they are now. */
export const podsNow = async (world: World): Promise<PodsByWorkload> => await (await openPods(world))()

/** All of them, also those that two workloads share, each once. */
export const eachOnce = (pods: PodsByWorkload): Pod[] => [
  ...new Map(
    Object.values(pods)
      .flat()
      .map((pod) => [pod.uid, pod]),
  ).values(),
]
