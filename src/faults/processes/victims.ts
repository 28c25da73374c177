import type {Replica} from '../../targets/workloads.js'
import type {World} from '../fault.js'

/** Longest that a replica may take to be ready again. */
export const readyLimitMs = 20_000

/**
 * The processes of the victims as they were before the fault, by replica; data, for the journal. A pid of 0: it was not
 * running, so there is nothing to hit and nothing to put back.
 */
export interface Victims {
  pids: Record<string, number>
  /** Start of each process, in milliseconds since the epoch: a pid may be used again. */
  started: Record<string, number>
}

/** The replicas of these names as they are now. */
export const replicasNamed = async (names: string[], world: World): Promise<Replica[]> => {
  const all = await world.workloads().replicas()
  return all.filter(({name}) => names.includes(name))
}

/** Who runs as these replicas now. */
export const noteVictims = async (names: string[], world: World): Promise<Victims> => {
  const now = await replicasNamed(names, world)
  const noted = names.map((name) => now.find((replica) => replica.name === name))
  return {
    pids: Object.fromEntries(names.map((name, index) => [name, noted[index]?.pid ?? 0])),
    started: Object.fromEntries(names.map((name, index) => [name, noted[index]?.startedAt ?? 0])),
  }
}

/** The replicas whose processes ran when they were noted. */
export const hittable = ({pids}: Victims): string[] => Object.keys(pids).filter((name) => pids[name] !== 0)

/** Whether the replica is still the process that was noted. */
export const isSame = ({name, pid, startedAt}: Replica, {pids, started}: Victims): boolean =>
  // A journal of before start times were noted has none.
  pid !== 0 && pid === pids[name] && startedAt === (started?.[name] ?? startedAt)

/** Does it to the very process that was noted; one that was started again is left alone, and shows when looked at. */
export const ifSame = async (
  name: string,
  victims: Victims,
  world: World,
  act: (pid: number) => Promise<void>,
): Promise<void> => {
  const [now] = await replicasNamed([name], world)
  if (now && isSame(now, victims)) await act(now.pid)
}

/** Does it for all, at the same time; all have been tried when it throws the first failure. */
export const forAll = async (names: string[], act: (name: string) => Promise<void>): Promise<void> => {
  const results = await Promise.allSettled(names.map(act))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
