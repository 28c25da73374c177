import {loadPrefix} from '../plan/load-metrics/subject.js'
import {type Counter, increaseOfAll, instanceOf} from './counting.js'
import type {Observations} from './observations.js'
import {sampleTimes} from './sample-times.js'
import type {Sli, Tally} from './sli.js'
import type {Window} from './windows.js'
import {elapsed, list, plural} from './words.js'

/** A sample may be an interval old, and half of one late, before a scrape is missing. */
export const lateAfterIntervals = 1.5
/** The load is counted by the second, however often targets are scraped. */
const loadEveryMs = 1000

/** A scrape that is missing at an edge of a window: what was counted between its neighbours may lie on either side. */
interface Missing {
  edge: 'start' | 'end'
  instance: string
  /** From the sample before the edge to the one after it. */
  gap: Window
  /** How old the sample at the edge is. */
  ageMs: number
}

/** What was counted around the edges, and in the window for certain. */
export interface Doubtful {
  /** If everything bad around the edges was in the window, and nothing good. */
  worst: Tally
  /** The other way round. */
  best: Tally
  /** Where scrapes are missing, in words. */
  message: string
}

/**
 * The least and the most that a window can have counted where a scrape is missing at one of its edges, so that nobody
 * has to guess on which side of it the events of the gap were; undefined where none is missing, or where they are nought.
 *
 *   scrapes  ●──●──●     ○     ○     ●──●──●        ○ missing
 *   edge                   │
 *                  ├ these may be in ┤  the window or not
 *
 * A series that vanishes has no sample after the gap: it keeps what it had.
 */
export const doubtsAtEdges = (
  sli: Sli,
  window: Window,
  {good, bad}: Tally,
  {intervalMs}: Pick<Observations, 'intervalMs'>,
): Doubtful | undefined => {
  const everyMs = sli.selector.startsWith(loadPrefix) ? Math.max(loadEveryMs, intervalMs) : intervalMs
  const missing = missingAt(sli, window, lateAfterIntervals * everyMs)
  const [atStart, atEnd] = (['start', 'end'] as const).map((edge) =>
    spilled(
      sli,
      missing.filter((gap) => gap.edge === edge),
    ),
  )
  if (!atStart || !atEnd || atStart.total + atEnd.total <= 0) return undefined
  // What came before the sample after the start is counted in, what came after the last one before the end is not.
  const certain = {good: Math.max(0, good - atStart.good), bad: Math.max(0, bad - atStart.bad)}
  return {
    worst: tallied(certain.good, certain.bad + atStart.bad + atEnd.bad),
    best: tallied(certain.good + atStart.good + atEnd.good, certain.bad),
    message: inWords(missing, atStart.total + atEnd.total),
  }
}

const tallied = (good: number, bad: number): Tally => ({good, bad, total: good + bad})

const of = (counters: readonly Counter[], instance: string): Counter[] =>
  counters.filter((counter) => instanceOf(counter) === instance)

const missingAt = ({total, part}: Sli, {startMs, endMs}: Window, limitMs: number): Missing[] => {
  const counters = [...total, ...part.counters]
  return [...new Set(counters.map(instanceOf))].flatMap((instance) => {
    const times = sampleTimes(of(counters, instance))
    return (
      [
        ['start', startMs],
        ['end', endMs],
      ] as const
    ).flatMap(([edge, atMs]): Missing[] => {
      const after = times.findIndex((tMs) => tMs > atMs)
      const [fromMs, toMs] = [times[after - 1], times[after]]
      if (fromMs === undefined || toMs === undefined || atMs - fromMs <= limitMs) return []
      return [{edge, instance, gap: {startMs: fromMs, endMs: toMs}, ageMs: atMs - fromMs}]
    })
  })
}

/** What was counted in the gaps. */
const spilled = ({total, part}: Sli, missing: readonly Missing[]): Tally => {
  const grown = (counters: readonly Counter[]): number =>
    missing.reduce((sum, {instance, gap}) => sum + (increaseOfAll(of(counters, instance), gap) ?? 0), 0)
  const all = grown(total)
  const some = Math.min(all, grown(part.counters))
  return part.of === 'good' ? tallied(some, all - some) : tallied(all - some, some)
}

const inWords = (missing: readonly Missing[], events: number): string => {
  const where = list([...new Set(missing.map(({edge}) => edge))])
  const oldest = elapsed(Math.max(...missing.map(({ageMs}) => ageMs)))
  return `no scrape for ${oldest} before the ${where} of the phase: ${plural(events, 'event')} may belong to it or not`
}
