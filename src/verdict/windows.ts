import type {RunRecord} from '../run/record.js'
import type {AnyPhase} from '../scenarios/scenario.js'

/** A stretch of time, open at the start and closed at the end, in epoch ms. */
export interface Window {
  startMs: number
  endMs: number
}

export type Windows = Partial<Record<AnyPhase, Window>>

/** When each phase really was. A phase that was entered but never left is not among them. */
export const windowsOf = (record: RunRecord): Windows => {
  const started = new Map<string, number>()
  const windows: Windows = {}
  for (const event of record.events) {
    if (event.event === 'phase-started') started.set(event.phase, event.atMs)
    if (event.event !== 'phase-ended') continue
    const startMs = started.get(event.phase)
    if (startMs !== undefined && event.atMs > startMs) windows[event.phase] = {startMs, endMs: event.atMs}
  }
  return windows
}

/** As above, and a phase that was cut short lasts until the record's last second or its end. */
export const spansOf = (record: RunRecord): Windows => {
  const spans: Windows = {}
  const lastSecond = record.load.at(-1)?.startMs ?? 0
  const endMs = record.end?.atMs ?? lastSecond + 1000
  for (const event of record.events) {
    if (event.event === 'phase-started' && endMs > event.atMs)
      spans[event.phase] = {startMs: event.atMs, endMs}
  }
  return {...spans, ...windowsOf(record)}
}

export const lengthMs = ({startMs, endMs}: Window): number => endMs - startMs
