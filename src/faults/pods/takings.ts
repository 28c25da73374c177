import type {Taking} from '../../plan/plan.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import {isThere} from './choose-pods.js'
import type {PodsAsked} from './pods-asked.js'

const controllerOf = ({controller}: Pod): string =>
  controller ? `${controller.kind} ${controller.name}` : 'no controller'

/** What the pods of a selector belong to is their controller; those of a workload are one. */
const groupOf = ({workload}: PodsAsked, pod: Pod): string =>
  workload === undefined ? controllerOf(pod) : `workload ${workload}`

const ready = (pods: readonly Pod[]): number => pods.filter((pod) => pod.ready).length

/** What is taken at one moment from each workload that the victims belong to; `all` are the pods around them. */
export const takingsOf = (asked: PodsAsked, victims: readonly Pod[], all: readonly Pod[]): Taking[] => {
  const groups = new Set(victims.map((pod) => groupOf(asked, pod)))
  return [...groups].map((of) => {
    const there = all.filter((pod) => isThere(pod) && groupOf(asked, pod) === of)
    const hit = victims.filter((pod) => groupOf(asked, pod) === of)
    const atOnce = asked.order === 'one-by-one' ? 1 : hit.length
    return {
      of,
      pods: there.length,
      ready: ready(there),
      taken: Math.min(atOnce, hit.length),
      takenReady: Math.min(atOnce, ready(hit)),
    }
  })
}

/** What scaling takes from a workload: nobody knows yet which of its pods go, so as many ready ones as possible count. */
export const scaleTaking = (workload: string, pods: readonly Pod[], was: number, to: number): Taking => {
  const there = pods.filter(isThere)
  const taken = Math.max(0, was - to)
  return {
    of: `workload ${workload}`,
    pods: was,
    ready: ready(there),
    taken,
    takenReady: Math.min(taken, ready(there)),
  }
}
