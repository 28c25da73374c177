import type {Series} from '../metrics/source.js'
import {phaseNames} from '../scenarios/scenario.js'
import {isLack, type Observations} from './observations.js'
import {eventsOf} from './outcome.js'
import {replicaEnds} from './replica-ends.js'
import {sliOf} from './sli.js'
import type {ValidityCheck} from './verdict.js'
import {elapsed, list, plural} from './words.js'

/** Starts closer than this are one start: some exporters compute it anew for each scrape. */
const sameStartMs = 2_000
/** A counter that begins anew once in a phase is a restart, and counted from zero; more often, it is no counter of one process. */
const mostResets = 1
/** More are counted, not told. */
const mostTold = 3

/** Whether the processes behind the metrics stayed the same, as far as the metrics tell. */
export const restartChecks = (observed: Observations): ValidityCheck[] => [
  ...startTimesHeld(observed),
  ...countersHeld(observed),
]

const instanceOf = ({labels: {job = '', instance = ''}}: Series): string => `${job} ${instance}`.trim()

/** Times at which a process of this instance was another than before. */
const newStarts = ({t, v}: Series, fromMs: number, toMs: number): number[] => {
  let known: number | undefined
  return t.flatMap((atMs, index) => {
    const start = v[index]
    if (typeof start !== 'number' || !Number.isFinite(start)) return []
    const before = known
    known = start
    const isNew = before !== undefined && Math.abs(start - before) * 1000 > sameStartMs
    return isNew && atMs > fromMs && atMs <= toMs ? [atMs] : []
  })
}

/** Only for a target that tells nothing of its replicas; where it does, that knows more. */
const startTimesHeld = ({record}: Observations): ValidityCheck[] => {
  const starts = record.series.filter(({labels}) => labels['__name__'] === 'process_start_time_seconds')
  if (starts.length === 0 || eventsOf(record, 'replica').length > 0) return []
  const startedMs = eventsOf(record, 'load-started')[0]?.atMs ?? 0
  const firstFault = eventsOf(record, 'fault-asked')[0]
  const endMs = record.end?.atMs ?? Number.POSITIVE_INFINITY
  const found = starts
    .flatMap((series) => newStarts(series, startedMs, endMs).map((atMs) => ({atMs, who: instanceOf(series)})))
    .sort((one, other) => one.atMs - other.atMs)
  const name = 'processes restarted by nobody else'
  const watched = plural(starts.length, 'instance')
  if (found.length === 0)
    return [{name, ok: true, message: `none of ${watched} restarted (process_start_time_seconds), none may`}]
  const some = found.slice(0, mostTold).map(({atMs, who}) => {
    const early = firstFault === undefined || atMs < firstFault.atMs
    const why = early
      ? 'before any fault: by itself or by somebody else'
      : 'by somebody else, or because a fault spread to it: its own log can tell, the record cannot'
    return `${who} by ${elapsed(atMs - startedMs)} into the run, ${why}`
  })
  const more = found.length > mostTold ? `; ${found.length - mostTold} more` : ''
  const message = `${plural(found.length, 'restart')} of ${watched} (process_start_time_seconds), none may: ${some.join('; ')}${more}`
  return [{name, ok: false, message}]
}

/** When the counters of an instance began anew; what drops at one scrape is one reset. */
const resetsOf = (counters: readonly Series[], fromMs: number, toMs: number): Map<string, Set<number>> => {
  const resets = new Map<string, Set<number>>()
  for (const series of counters) {
    let last: number | undefined
    for (const [index, atMs] of series.t.entries()) {
      const value = series.v[index]
      if (typeof value !== 'number' || Number.isNaN(value)) continue
      const drops = last !== undefined && value < last && atMs > fromMs && atMs <= toMs
      if (drops) resets.set(instanceOf(series), (resets.get(instanceOf(series)) ?? new Set()).add(atMs))
      last = value
    }
  }
  return resets
}

/** Only told when it happened: each reset hides what was counted since the scrape before it. */
const countersHeld = (observed: Observations): ValidityCheck[] => {
  const {record, windows} = observed
  const counters = new Set(
    record.header.plan.scenario.objectives.flatMap((objective) => {
      if (objective.kind !== 'ratio' && objective.kind !== 'latency') return []
      const sli = sliOf(objective, observed)
      return isLack(sli) ? [] : sli.total
    }),
  )
  if (counters.size === 0) return []
  // What our own faults end begins anew each time.
  const limit = mostResets + replicaEnds(record).filter(({by}) => by === 'ours').length
  const often = phaseNames.flatMap((phase) => {
    const window = windows[phase]
    if (!window) return []
    return [...resetsOf([...counters], window.startMs, window.endMs)]
      .filter(([, times]) => times.size > limit)
      .map(([who, times]) => `${plural(times.size, 'time')} in the ${phase} phase (${who})`)
  })
  if (often.length === 0) return []
  const most = `at most ${limit} in a phase may be, for a restart`
  const message = `counters of the objectives began anew ${list(often)}, ${most}: several processes answer at one address in turn, or one restarts all the time`
  return [{name: 'counters kept counting', ok: false, message}]
}
