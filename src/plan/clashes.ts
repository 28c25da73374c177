import type {PlannedFault} from './plan.js'
import {sharedBy} from './same-victims.js'

const overlap = (one: PlannedFault, other: PlannedFault): boolean =>
  one.startMs < other.endMs && other.startMs < one.endMs

/** What a second fault does wrong while a first one is in force, in words; nothing when they go together. */
const clash = (earlier: PlannedFault, later: PlannedFault): string | undefined => {
  if (!overlap(earlier, later)) return undefined
  const same = earlier.fault === later.fault && earlier.aim.does === later.aim.does
  const shared = sharedBy(earlier, later)
  if (same && shared.edges.length > 0) {
    return `${later.id} ${later.fault} does the same as ${earlier.id} while that is in force`
  }
  const sameReplicas = shared.workloads.length + shared.replicas.length > 0
  if (earlier.aim.holds && later.aim.holds && sameReplicas) {
    return `${later.id} ${later.fault} hits a replica that ${earlier.id} ${earlier.fault} holds: the first to end would let go of it`
  }
  if (shared.nodes.length > 0)
    return `${later.id} ${later.fault} takes node ${shared.nodes.join(', ')}, which ${earlier.id} ${earlier.fault} holds: the first to end would give it back`
  if (shared.switches.length > 0)
    return `${later.id} ${later.fault} sets ${shared.switches.join(', ')}, which ${earlier.id} ${earlier.fault} has set: it would put back what that one did`
  return undefined
}

/**
 * Faults that cannot be in force at the same time, one sentence each: when the first one ends it would take the other
 * along (a proxy that is closed twice is opened once, a replica that is frozen twice runs on), or nobody could tell
 * them apart.
 */
export const clashes = (faults: readonly PlannedFault[]): string[] =>
  faults.flatMap((later, index) =>
    faults.slice(0, index).flatMap((earlier) => {
      const sentence = clash(earlier, later)
      return sentence === undefined ? [] : [sentence]
    }),
  )
