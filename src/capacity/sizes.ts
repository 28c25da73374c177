import {seededRandom} from '../system/random.js'
import {count} from '../verdict/words.js'
import {costOf} from './price.js'
import type {CapacityResult} from './result.js'
import {describeScaling, type UslFit} from './scaling.js'

/** One size of a system, and its capacity; rates per second. */
export interface Size {
  replicas: number
  /** Path of its capacity record. */
  record: string
  lower: number
  upper: number
  /** The objective that was missed first, and what seems to have run out: hints. */
  bound?: string
  saturated: string
  /** Of a million requests at the lower bound, for the replicas that were paid for. */
  perMillion?: number
}

/** Capacity against replicas: everything that a report of it says. */
export interface Scaling {
  kind: 'scaling'
  scenario: string
  /** What was scaled; absent where the records do not say it. */
  workload?: string
  /** By their number of replicas. */
  sizes: Size[]
  /** Absent for fewer than two sizes. */
  fit?: UslFit
  /** Of one replica. */
  pricePerHour?: number
  /** How far it may be trusted. */
  remarks: string[]
  /** Sizes that were asked for and have no interval, with the reason. */
  missing: string[]
}

/** A capacity as a point of the curve; undefined where it has no interval. */
export const sizeOf = (
  {whole, saturation}: Pick<CapacityResult, 'whole' | 'saturation'>,
  {replicas, record, pricePerHour}: {replicas: number; record: string; pricePerHour: number | undefined},
): Size | undefined => {
  const {lower, upper, bound} = whole
  if (lower === undefined || upper === undefined || lower <= 0) return undefined
  return {
    replicas,
    record,
    lower,
    upper,
    ...(bound && {bound: bound.name}),
    saturated: saturation.hint,
    ...(pricePerHour !== undefined && {perMillion: costOf(pricePerHour * replicas, lower).perMillion}),
  }
}

const middle = ({lower, upper}: Size): number => (lower + upper) / 2

/** Intervals that overlap, though the larger one has more replicas. */
const noGain = (sizes: readonly Size[]): string[] =>
  sizes.slice(1).flatMap((size, at) => {
    const before = sizes[at]
    return before && size.lower <= before.upper
      ? [`${size.replicas} replicas carry no more than ${before.replicas} as far as can be told`]
      : []
  })

/** More from each replica than the smallest size gave, beyond both intervals: hardly ever true of a system. */
const tooMuch = ([smallest, ...larger]: readonly Size[]): string[] =>
  larger.flatMap((size) =>
    smallest && size.lower / size.replicas > smallest.upper / smallest.replicas
      ? [
          `${size.replicas} replicas carry more than ${count(size.replicas / smallest.replicas)} times what ${smallest.replicas} ${smallest.replicas === 1 ? 'does' : 'do'}: look whether both did the same work (a cache, quick failures that no objective counts, something else that was in the way)`,
        ]
      : [],
  )

/** Fits the law to the sizes that have an interval. */
export const scalingOf = (
  measured: readonly Size[],
  about: Pick<Scaling, 'scenario' | 'workload' | 'pricePerHour'> &
    Partial<Pick<Scaling, 'missing' | 'remarks'>>,
): Scaling => {
  const sizes = measured.toSorted((one, other) => one.replicas - other.replicas)
  const points = sizes.map((size) => ({n: size.replicas, rate: middle(size)}))
  const spread = Math.max(0, ...sizes.map((size) => (size.upper - size.lower) / 2 / middle(size)))
  const fit = describeScaling(points, {spread, random: seededRandom(1)})
  const {missing = [], remarks = [], ...rest} = about
  return {
    kind: 'scaling',
    ...rest,
    sizes,
    ...(fit && {fit}),
    remarks: [...noGain(sizes), ...tooMuch(sizes), ...(fit?.remarks ?? []), ...remarks],
    missing,
  }
}
