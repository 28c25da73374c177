import type {FaultLevel, PlannedFault} from '../plan/plan.js'
import {levelAt, type Stretch} from '../plan/strength.js'
import type {RunRecord} from '../run/record.js'

/** How a fault really went; times in epoch ms. */
export interface FaultCourse extends Stretch {
  /** The strengths that it was brought to; empty for a fault of constant strength. */
  levels: FaultLevel[]
  /** Changes of strength that failed. */
  failed: string[]
}

/** From its injection until it was undone or the record ends; undefined when it was never applied. */
export const courseOf = ({events, end}: RunRecord, id: string): FaultCourse | undefined => {
  const own = events.filter((event) => 'fault' in event && event.fault === id)
  const applied = own.find(({event}) => event === 'fault-applied')
  if (!applied) return undefined
  const undone = own.find(({event}) => event === 'fault-undone')
  return {
    fromMs: applied.atMs,
    toMs: undone?.atMs ?? end?.atMs ?? events.at(-1)?.atMs ?? applied.atMs,
    levels: own.flatMap((event) =>
      event.event === 'fault-level' ? [{atMs: event.atMs, level: event.level}] : [],
    ),
    failed: own.flatMap((event) => (event.event === 'fault-level-failed' ? [event.message] : [])),
  }
}

/** The share of a fault's time in which its strength was further than `most` from what was planned. */
export const offPlan = (
  planned: PlannedFault,
  {fromMs, toMs, levels}: FaultCourse,
  startedMs: number,
  most: number,
): number => {
  const wanted = (planned.levels ?? []).map(({atMs, level}) => ({atMs: atMs + startedMs, level}))
  // What comes after its planned end is the undoing's time.
  const endMs = Math.min(toMs, startedMs + planned.endMs)
  const within = (atMs: number): boolean => atMs > fromMs && atMs < endMs
  const edges = [...wanted, ...levels].map(({atMs}) => atMs).filter(within)
  const times = [fromMs, ...edges.sort((one, other) => one - other), endMs]
  const offMs = times.slice(0, -1).reduce((sum, atMs, index) => {
    const off = Math.abs(levelAt(wanted, atMs) - levelAt(levels, atMs)) > most
    return sum + (off ? (times[index + 1] ?? atMs) - atMs : 0)
  }, 0)
  return endMs > fromMs ? offMs / (endMs - fromMs) : 0
}
