import {z} from 'zod'
import {UserError} from '../errors.js'
import type {Target} from '../scenarios/target.js'
import type {Random} from '../system/random.js'
import type {Replica} from '../targets/workloads.js'
import type {World} from './fault.js'

/** What every fault on processes is asked with. */
export const replicaOptions = {
  workload: z.string().describe('The workload whose replicas are hit, as the target names it.'),
  replica: z.string().optional().describe('This very replica; by default the seed picks.'),
  count: z.int().min(1).default(1).describe('How many replicas are hit.'),
}

export interface ReplicaOptions {
  workload: string
  replica?: string | undefined
  count: number
}

/** Longest that a replica may take to be ready again. */
export const readyLimitMs = 20_000

/** Which replicas are hit: the one named, or as many as asked, picked by the seed. */
export const chooseReplicas = (options: ReplicaOptions, target: Target, random: Random): string[] => {
  const workload = target.workloads[options.workload]
  if (!workload) {
    throw new UserError(`Target ${target.name} has no workload "${options.workload}"`, {
      hint: `Its workloads are: ${Object.keys(target.workloads).join(', ')}.`,
    })
  }
  const {replicas} = workload
  if (options.replica !== undefined) {
    if (replicas.includes(options.replica)) return [options.replica]
    throw new UserError(`Workload ${options.workload} has no replica "${options.replica}"`, {
      hint: `Its replicas are: ${replicas.join(', ')}.`,
    })
  }
  if (options.count > replicas.length) {
    throw new UserError(
      `Workload ${options.workload} has ${replicas.length} replicas, not ${options.count}`,
      {
        hint: 'Ask for fewer: zero or too few victims would make the experiment another one.',
      },
    )
  }
  return random.pick(replicas, options.count).sort()
}

/** The replicas of these names as they are now. */
export const replicasNamed = async (names: string[], world: World): Promise<Replica[]> => {
  const all = await world.workloads().replicas()
  return all.filter(({name}) => names.includes(name))
}

/** Process ids by replica, as they were before the fault. */
export const pidsOf = async (names: string[], world: World): Promise<Record<string, number>> =>
  Object.fromEntries((await replicasNamed(names, world)).map(({name, pid}) => [name, pid]))
