import {UserError} from '../errors.js'
import type {BlastRadius} from '../faults/fault.js'
import {counted, limitsOf, type Reaching} from '../plan/blast-radius.js'

/** Counts what the faults of a run hit, and refuses what goes beyond its blast radius. */
export const openBlastRadius = (plan: Reaching): BlastRadius => {
  const {shareOfWorkload, ...limits} = limitsOf(plan)
  const hit = {pods: 0, nodes: 0}
  const uidsOf = new Map<string, readonly string[]>()
  const timesOf = new Map(plan.faults.map((fault) => [fault.id, fault]))
  const meet = (one: string, other: string): boolean => {
    const [mine, theirs] = [timesOf.get(one), timesOf.get(other)]
    return !mine || !theirs || (mine.startMs < theirs.endMs && theirs.startMs < mine.endMs)
  }
  return {
    shareOfWorkload,
    take(fault, {pods = 0, nodes = 0, uids = []}) {
      const after = {pods: hit.pods + pods, nodes: hit.nodes + nodes}
      for (const [key, one] of [
        ['pods', 'pod'],
        ['nodes', 'node'],
      ] as const) {
        if (after[key] <= limits[key]) continue
        const said =
          plan.scenario.blastRadius?.[key] === undefined ? 'the plan counted' : 'blast-radius allows'
        throw new UserError(
          `${fault} would hit ${counted(after[key] - hit[key], one)}, ${after[key]} in all: ${said} ${limits[key]}`,
          {hint: `If that is meant, say so in the scenario: \`blast-radius: {${key}: ${after[key]}}\`.`},
        )
      }
      Object.assign(hit, after)
      uidsOf.set(fault, uids)
    },
    takenByOthers: (fault) =>
      new Set([...uidsOf].flatMap(([other, uids]) => (other !== fault && meet(fault, other) ? uids : []))),
  }
}
