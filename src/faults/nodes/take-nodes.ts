import type {Taking} from '../../plan/plan.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import type {World} from '../fault.js'
import {isThere} from '../pods/choose-pods.js'
import {refuseTooMuch} from '../pods/guards.js'
import {type Cordon, noteNodes} from './cordon.js'
import {refuseWithoutRoom} from './room.js'

/** What a drain takes from each workload when no disruption budget slows it down: all of its victims at one moment. */
export const takingsOf = (
  workloads: Readonly<Record<string, readonly Pod[]>>,
  victims: readonly Pod[],
): Taking[] => {
  const uids = new Set(victims.map(({uid}) => uid))
  const all = Object.entries(workloads).map(([name, pods]): Taking => {
    const there = pods.filter(isThere)
    const hit = there.filter(({uid}) => uids.has(uid))
    const ready = (some: readonly Pod[]): number => some.filter((pod) => pod.ready).length
    return {
      of: `workload ${name}`,
      pods: there.length,
      ready: ready(there),
      taken: hit.length,
      takenReady: ready(hit),
    }
  })
  return all.filter(({taken}) => taken > 0)
}

/** What a fault on nodes is about to take. */
interface NodesAsked {
  id: string
  nodes: readonly string[]
  withoutRoom: boolean
  victims?: readonly Pod[]
  takes?: readonly Taking[]
}

/**
 * Notes the nodes as they are, and counts what a fault is about to hit: pods move, and nodes come and go, between the plan
 * and now. Throws UserError when that goes beyond what the run may hit, takes too much of a workload, or leaves no node.
 */
export const takeNodes = async (
  {id, nodes, withoutRoom, victims = [], takes = []}: NodesAsked,
  world: World,
): Promise<Cordon> => {
  const all = await world.cluster().nodes()
  const noted = noteNodes(nodes, all, world)
  const left = all.filter(({name, ready, unschedulable}) => ready && !unschedulable && !nodes.includes(name))
  if (!withoutRoom)
    refuseWithoutRoom(
      left.map(({name}) => name),
      nodes,
    )
  refuseTooMuch(takes, world)
  const uids = victims.map(({uid}) => uid)
  world.blastRadius?.take(id, {nodes: nodes.length, pods: uids.length, uids})
  return noted
}
