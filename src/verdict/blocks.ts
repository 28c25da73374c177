import {isLack, type Observations} from './observations.js'
import type {Sli} from './sli.js'
import type {Block} from './statistics/dispersion.js'
import type {Window} from './windows.js'

/** Long enough to hold a sample or more, short beside a phase. */
const leastBlockMs = 1000
/** More blocks than this tell no more about their spread. */
const mostBlocks = 240
/** For so long after a fault begins or ends, errors are its doing and not chance. */
const transientMs = 5000
/** A change of a fault's strength by this much is a beginning or an end, too. */
const jump = 0.5

/** When the plan itself changed what the system had to bear. */
const changesOf = ({record}: Observations): number[] => {
  const levels = new Map<string, number>()
  return record.events.flatMap((event) => {
    if (event.event === 'fault-applied' || event.event === 'fault-undone') return [event.atMs]
    if (event.event !== 'fault-level') return []
    const before = levels.get(event.fault) ?? event.level
    levels.set(event.fault, event.level)
    return Math.abs(event.level - before) >= jump ? [event.atMs] : []
  })
}

/** How long each block of a window is. */
export const blockMsOf = ({startMs, endMs}: Window, intervalMs: number): number =>
  Math.max(leastBlockMs, intervalMs, (endMs - startMs) / mostBlocks)

/** The counts of a window in blocks of equal length, to see how they spread. */
export const blocksOf = (sli: Sli, window: Window, observed: Observations): Block[] => {
  const {startMs, endMs} = window
  const lengthMs = endMs - startMs
  const blockMs = blockMsOf(window, observed.intervalMs)
  const edgesMs = Array.from({length: Math.floor(lengthMs / blockMs) + 1}, (_, at) => startMs + at * blockMs)
  const changes = changesOf(observed)
  return sli.counts(edgesMs).flatMap((tally, at): Block[] => {
    if (isLack(tally)) return []
    const [fromMs = 0, toMs = 0] = [edgesMs[at], edgesMs[at + 1]]
    const transient = changes.some((changeMs) => toMs > changeMs && fromMs < changeMs + transientMs)
    return [{bad: tally.bad, total: tally.total, transient}]
  })
}
