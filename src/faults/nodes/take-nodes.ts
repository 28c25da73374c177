import {UserError} from '../../errors.js'
import {shareHint, takesTooMuch} from '../../plan/blast-radius.js'
import type {Taking} from '../../plan/plan.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import type {World} from '../fault.js'

const isThere = ({deleting, phase}: Pod): boolean => !deleting && phase !== 'Succeeded' && phase !== 'Failed'

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

/**
 * Counts what a fault on nodes is about to hit, as things are now. Throws UserError when that goes beyond what the run may
 * hit, or takes too much of a workload: pods move between the plan and now.
 */
export const takeNow = (
  id: string,
  hit: {nodes: number; pods?: number; takes?: readonly Taking[]},
  {blastRadius}: World,
): void => {
  if (!blastRadius) return
  const {nodes, pods = 0, takes = []} = hit
  for (const taking of takes) {
    const why = takesTooMuch(taking, blastRadius.shareOfWorkload)
    if (why !== undefined) throw new UserError(`${id}: ${why}`, {hint: shareHint})
  }
  blastRadius.take(id, {nodes, pods})
}
