import {searchedIn} from './searched.js'
import type {Resource, Trial} from './trial.js'

/** What seems to have run out first. A hint, not a proof: what grew with the load, and how near it was to its end. */
export interface Saturation {
  /** `cpu` of `gateway`, say; absent where nothing tells. */
  likely?: {kind: Resource['kind']; name: string}
  /** A sentence. */
  hint: string
  /** Every resource that grew, steepest first. */
  slopes: ResourceSlope[]
}

/** How a resource grew with the rate, over the trials that were carried, and where it stood beyond the limit. */
export interface ResourceSlope {
  kind: Resource['kind']
  name: string
  /** Use per request a second: cores (seconds of CPU for each request), or what is counted. */
  perRequest: number
  /** At the highest rate that was carried, and at the lowest one that was not; means over the window. */
  atHeld: number
  atFailed?: number
  limit?: number
}

/** A process of one thread (Node, Python, Redis) has nothing more to give from here on. */
const busyCores = 0.85
/** Use that is so many times the one that its slope foretells is a queue that grows. */
const bend = 2

const useOf = (trial: Trial, {kind, name}: Pick<Resource, 'kind' | 'name'>): number | undefined =>
  trial.seen?.resources.find((one) => one.kind === kind && one.name === name)?.value

/** Least squares: use = base + slope × rate; of one rate alone what each request of it took. */
const slopeOf = (points: readonly (readonly [rate: number, use: number])[]): number => {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length
  const [rate, use] = [mean(0), mean(1)]
  const spread = points.reduce((sum, [x]) => sum + (x - rate) ** 2, 0)
  if (spread === 0) return rate > 0 ? use / rate : 0
  return points.reduce((sum, [x, y]) => sum + (x - rate) * (y - use), 0) / spread
}

/** Which resource the trials of a search point to. */
export const saturationOf = (trials: readonly Trial[]): Saturation => {
  const seen = searchedIn(trials).filter(({seen}) => seen !== undefined)
  const held = seen.filter(({outcome}) => outcome === 'good').toSorted(byRate)
  const failed = seen.filter(({outcome}) => outcome === 'bad').toSorted(byRate)
  const names = new Map<string, Pick<Resource, 'kind' | 'name'>>()
  for (const {kind, name} of seen.flatMap((trial) => trial.seen?.resources ?? []))
    names.set(`${kind} ${name}`, {kind, name})
  const slopes = [...names.values()].flatMap((resource): ResourceSlope[] => {
    const points = held.flatMap((trial) => {
      const use = useOf(trial, resource)
      return use === undefined ? [] : [[trial.seen?.offeredPerSecond ?? 0, use] as const]
    })
    const atHeld = points.at(-1)?.[1]
    if (atHeld === undefined) return []
    const atFailed = failed.map((trial) => useOf(trial, resource)).find((use) => use !== undefined)
    return [{...resource, perRequest: slopeOf(points), atHeld, ...(atFailed !== undefined && {atFailed})}]
  })
  const ranked = slopes.filter(({perRequest}) => perRequest > 0).toSorted(steepest)
  if (failed.length === 0) return {hint: 'nothing ran out: no limit was met', slopes: ranked}
  if (held.length === 0)
    return {hint: 'no rate was carried, so there is no use to compare with', slopes: ranked}
  return {...likelyOf(ranked, failed[0]), slopes: ranked}
}

const byRate = (one: Trial, other: Trial): number => one.ratePerSecond - other.ratePerSecond

/** CPU by how busy, then what bent most. */
const steepest = (one: ResourceSlope, other: ResourceSlope): number =>
  Number(other.kind === 'cpu') - Number(one.kind === 'cpu') ||
  Math.max(other.atHeld, other.atFailed ?? 0) - Math.max(one.atHeld, one.atFailed ?? 0)

const cores = (value: number): string => `${value.toFixed(2)} cores`

const likelyOf = (
  slopes: readonly ResourceSlope[],
  failed: Trial | undefined,
): Omit<Saturation, 'slopes'> => {
  const busiest = slopes.find(({kind}) => kind === 'cpu')
  const most = busiest && Math.max(busiest.atHeld, busiest.atFailed ?? 0)
  if (busiest && most !== undefined && most >= busyCores) {
    return {
      likely: {kind: 'cpu', name: busiest.name},
      hint: `likely the CPU of ${busiest.name}: its busiest process used ${cores(most)}, ${(busiest.perRequest * 1000).toFixed(2)} ms for each request`,
    }
  }
  const bent = slopes.find((one) => one.kind !== 'cpu' && bentBy(one) >= bend)
  if (bent) {
    return {
      likely: {kind: bent.kind, name: bent.name},
      hint: `likely what ${bent.name} counts: ${bent.atHeld.toFixed(1)} while it was carried, ${(bent.atFailed ?? 0).toFixed(1)} when it was not, while no process used a whole core`,
    }
  }
  const machine = failed?.seen?.generator.machineCpu
  if (machine !== undefined && machine > 0.95)
    return {hint: 'likely the CPU of the machine, which generator and system share: it had none left'}
  return {
    hint:
      slopes.length === 0
        ? 'nothing that was scraped tells what ran out: export process_cpu_seconds_total, requests in flight and the use of pools'
        : 'nothing that was scraped came near its end: look at locks, pools, and what is not scraped',
  }
}

const bentBy = ({atHeld, atFailed}: ResourceSlope): number => (atFailed ?? 0) / Math.max(1, atHeld)
