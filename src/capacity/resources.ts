import type {Series} from '../metrics/source.js'
import type {TrialSeen} from '../run/trials/send-trial.js'
import type {Resource} from './trial.js'

const cpuMetric = 'process_cpu_seconds_total'

/** Gauges that say how much of something is in use, by the words that their names end in. */
const gauges = [
  {kind: 'pool', pattern: /(pool|connections).*(used|in_use|active|busy|acquired)$/},
  {kind: 'queue', pattern: /(queue|backlog|waiting|pending|lag)(_(depth|length|size|messages|requests))?$/},
  {kind: 'in-flight', pattern: /(in_?flight|in_progress|concurrent_requests)(_requests)?$/},
] as const

/** What a Prometheus is asked for besides the objectives' own series. */
export const resourceSelectors: readonly string[] = [
  cpuMetric,
  '{__name__=~".*(in_?flight|in_progress|_waiting|queue_depth|queue_length|pool_used|connections_active)"}',
]

const nameOf = ({labels}: Series): string => labels['__name__'] ?? ''

const within = ({t, v}: Series, {startMs, endMs}: TrialSeen['window']): [tMs: number, value: number][] =>
  t.flatMap((tMs, at): [number, number][] => {
    const value = v[at]
    return typeof value === 'number' && tMs >= startMs && tMs <= endMs ? [[tMs, value]] : []
  })

/** Cores in use by one process over the window; a restart in between tells nothing. */
const coresOf = (series: Series, window: TrialSeen['window']): number | undefined => {
  const samples = within(series, window)
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last[0] <= first[0] || last[1] < first[1]) return undefined
  return ((last[1] - first[1]) * 1000) / (last[0] - first[0])
}

const meanOf = (series: Series, window: TrialSeen['window']): number | undefined => {
  const samples = within(series, window)
  return samples.length === 0
    ? undefined
    : samples.reduce((sum, [, value]) => sum + value, 0) / samples.length
}

/** The busiest instance of each job: work is not always shared out evenly. */
const cpuOfJobs = ({series, window}: TrialSeen): Resource[] => {
  const busiest = new Map<string, number>()
  for (const one of series) {
    if (nameOf(one) !== cpuMetric) continue
    const cores = coresOf(one, window)
    const job = one.labels['job'] ?? 'unknown'
    if (cores !== undefined) busiest.set(job, Math.max(cores, busiest.get(job) ?? 0))
  }
  return [...busiest].map(([name, value]) => ({kind: 'cpu', name, value}))
}

/** In use of each job and gauge, all its instances together. */
const usesOfJobs = ({series, window}: TrialSeen): Resource[] => {
  const uses = new Map<string, Resource>()
  for (const one of series) {
    const metric = nameOf(one)
    const kind = gauges.find(({pattern}) => pattern.test(metric))?.kind
    const mean = kind && meanOf(one, window)
    if (kind === undefined || mean === undefined) continue
    const name = `${metric} of ${one.labels['job'] ?? 'unknown'}`
    uses.set(name, {kind, name, value: mean + (uses.get(name)?.value ?? 0)})
  }
  return [...uses.values()]
}

/** How much of what was in use in the window, by job. */
export const resourcesOf = (seen: TrialSeen): Resource[] => [...cpuOfJobs(seen), ...usesOfJobs(seen)]

/** Instances of each job that answered the last scrape of the window; in a cluster ready pods as well, by workload. */
export const instancesOf = ({series, window, pods = {}}: TrialSeen): Record<string, number> => {
  const up: Record<string, number> = {}
  for (const one of series) {
    if (nameOf(one) !== 'up' || within(one, window).at(-1)?.[1] !== 1) continue
    const job = one.labels['job'] ?? 'unknown'
    up[job] = (up[job] ?? 0) + 1
  }
  for (const [workload, count] of Object.entries(pods)) up[`workload ${workload}`] = count
  return up
}
