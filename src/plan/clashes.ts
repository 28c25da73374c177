import type {PlannedFault} from './plan.js'

const sameEdges = (one: PlannedFault, other: PlannedFault): boolean =>
  one.aim.edges.some((edge) => other.aim.edges.includes(edge))

const overlap = (one: PlannedFault, other: PlannedFault): boolean =>
  one.startMs < other.endMs && other.startMs < one.endMs

/**
 * Faults on an edge that do the same at the same time, one sentence each: when the first one ends it would take the
 * other along (a proxy that is closed twice is opened once), or nobody could tell them apart.
 */
export const clashes = (faults: readonly PlannedFault[]): string[] =>
  faults.flatMap((later, index) =>
    faults
      .slice(0, index)
      .filter((earlier) => earlier.fault === later.fault && earlier.aim.does === later.aim.does)
      .filter((earlier) => sameEdges(earlier, later) && overlap(earlier, later))
      .map((earlier) => `${later.id} ${later.fault} does the same as ${earlier.id} while that is in force`),
  )
