import type {PlannedFault} from './plan.js'

const sameEdges = (one: PlannedFault, other: PlannedFault): boolean =>
  one.aim.edges.some((edge) => other.aim.edges.includes(edge))

const overlap = (one: PlannedFault, other: PlannedFault): boolean =>
  one.startMs < other.endMs && other.startMs < one.endMs

const sameReplicas = (one: PlannedFault, other: PlannedFault): boolean =>
  one.aim.workloads?.some((workload) => other.aim.workloads?.includes(workload)) ||
  one.aim.replicas.some((replica) => other.aim.replicas.includes(replica))

/** What a second fault does wrong while a first one is in force, in words; nothing when they go together. */
const clash = (earlier: PlannedFault, later: PlannedFault): string | undefined => {
  if (!overlap(earlier, later)) return undefined
  const same = earlier.fault === later.fault && earlier.aim.does === later.aim.does
  if (same && sameEdges(earlier, later)) {
    return `${later.id} ${later.fault} does the same as ${earlier.id} while that is in force`
  }
  if (earlier.aim.holds && later.aim.holds && sameReplicas(earlier, later)) {
    return `${later.id} ${later.fault} hits a replica that ${earlier.id} ${earlier.fault} holds: the first to end would let go of it`
  }
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
