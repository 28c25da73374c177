import type {Aim, PlannedFault} from './plan.js'

const lists = ['edges', 'replicas', 'workloads', 'nodes', 'switches'] as const satisfies (keyof Aim)[]

/** What both faults aim at, by its kind. */
export const sharedBy = (
  one: PlannedFault,
  other: PlannedFault,
): Record<(typeof lists)[number], readonly string[]> => {
  const both = (list: (typeof lists)[number]): string[] => {
    const others = new Set(other.aim[list] ?? [])
    return (one.aim[list] ?? []).filter((name) => others.has(name))
  }
  return {
    edges: both('edges'),
    replicas: both('replicas'),
    workloads: both('workloads'),
    nodes: both('nodes'),
    switches: both('switches'),
  }
}

/** Whether they share anything: the later one must not take what the earlier one does for what was there before. */
export const shareVictims = (one: PlannedFault, other: PlannedFault): boolean =>
  Object.values(sharedBy(one, other)).some((names) => names.length > 0)
