import {z} from 'zod'
import {UserError} from '../../errors.js'
import type {Target} from '../../scenarios/target.js'
import {positiveFraction} from '../../scenarios/units.js'
import type {Random} from '../../system/random.js'

/** Who is hit: what every fault on processes is asked with. */
export const replicaOptions = {
  workload: z.string().describe('The workload whose replicas are hit, as the target names it.'),
  replica: z.string().optional().describe('This very replica; by default the seed picks.'),
  count: z.int().min(1).optional().describe('How many replicas are hit; 1 by default.'),
  percent: positiveFraction
    .optional()
    .describe('Share of the replicas that is hit, rounded down: never more than asked, and never none.'),
}

export interface ReplicaOptions {
  workload: string
  replica?: string | undefined
  count?: number | undefined
  /** A fraction. */
  percent?: number | undefined
}

/** Floating point must not lose a replica: 0.29 × 100 is 28.999999999999996. */
const wholeOf = (share: number, all: number): number => Math.floor(Number((share * all).toPrecision(12)))

const inPercent = (share: number): string => `${Number((share * 100).toPrecision(6))}%`

/** Words for what is chosen among: "Workload web has" 3 "replica"s, the replicas "of" "web". */
interface Among {
  has: string
  of: string
  one: string
}

/** How many are hit; throws UserError when there are too few, or the share is less than one. */
export const victimCount = (
  {count, percent}: Pick<ReplicaOptions, 'count' | 'percent'>,
  all: number,
  {has, of, one}: Among,
): number => {
  const there = `${all} ${one}${all === 1 ? '' : 's'}`
  if (percent === undefined) {
    const wanted = count ?? 1
    if (wanted <= all) return wanted
    throw new UserError(`${has} ${there}, not ${wanted}`, {
      hint: 'Ask for fewer: zero or too few victims would make the experiment another one.',
    })
  }
  const share = wholeOf(percent, all)
  if (share >= 1) return share
  throw new UserError(`${inPercent(percent)} of the ${there} of ${of} is less than one`, {
    hint: `The smallest share that hits one is ${Math.ceil(100 / all)}%; or say count: 1.`,
  })
}

/** Which replicas are hit: the one named, or as many as asked, picked by the seed. */
export const chooseReplicas = (options: ReplicaOptions, target: Target, random: Random): string[] => {
  const workload = target.workloads[options.workload]
  if (!workload) {
    throw new UserError(`Target ${target.name} has no workload "${options.workload}"`, {
      hint: `Its workloads are: ${Object.keys(target.workloads).join(', ')}.`,
    })
  }
  if (!target.control) {
    throw new UserError(`Target ${target.name} has no control API, so nobody can reach its processes`, {
      hint: 'Name the control API of its supervisor: `control: http://…` in the target file.',
    })
  }
  const all = workload.replicas
  if (options.replica !== undefined) {
    if (all.includes(options.replica)) return [options.replica]
    throw new UserError(`Workload ${options.workload} has no replica "${options.replica}"`, {
      hint: `Its replicas are: ${all.join(', ')}.`,
    })
  }
  const {workload: name} = options
  const words = {has: `Workload ${name} has`, of: name, one: 'replica'}
  return random.pick(all, victimCount(options, all.length, words)).sort()
}
