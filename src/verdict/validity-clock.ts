import type {ClockReading} from '../metrics/source.js'
import {phaseNames} from '../scenarios/scenario.js'
import type {Observations} from './observations.js'
import {eventsOf} from './outcome.js'
import type {ValidityCheck} from './verdict.js'
import {lengthMs} from './windows.js'
import {elapsed, list, plural} from './words.js'

/** Samples that lie in the wrong phase for this share of it are another phase's. */
const mostOfPhase = 0.1
/** Closer than this, no two machines need to be. */
const leastLimitMs = 100

/**
 * How far a clock is certain to be off, but for what the reading is good for. Samples that come late with an honest date
 * (a federation, an exporter that measures by itself) do not tell of one: whether they are too old is judged with them.
 */
const offMs = ({aheadMs, dated}: ClockReading): number => (dated ? Math.max(0, aheadMs) : Math.abs(aheadMs))

/**
 * Whether the clocks that date the samples agree with the one that dates the phases. A phase is no sharper than the
 * sample interval, so clocks may differ by as much, and by a tenth of the shortest phase at most. What a reading is
 * uncertain by (half a round trip) is taken off: only what is certain counts against the run.
 */
export const clockChecks = ({record, windows, intervalMs}: Observations): ValidityCheck[] => {
  const readings = eventsOf(record, 'clock')
  if (readings.length === 0) return []
  const lengths = phaseNames.flatMap((phase) => (windows[phase] ? [lengthMs(windows[phase])] : []))
  const limitMs = Math.max(leastLimitMs, Math.min(intervalMs, mostOfPhase * Math.min(...lengths)))
  const off = readings.filter((reading) => offMs(reading) - reading.withinMs > limitMs)
  const name = 'clocks agree'
  const limit = `the limit is ${elapsed(limitMs)}, of the sample interval and the phases`
  if (off.length === 0) {
    const worst = Math.max(...readings.map(offMs))
    const sources = plural(new Set(readings.map(({source}) => source)).size, 'other clock')
    const message = `${sources} that ${sources.startsWith('1 ') ? 'dates' : 'date'} samples ${sources.startsWith('1 ') ? 'was' : 'were'} read, at most ${elapsed(worst)} from ours; ${limit}`
    return [{name, ok: true, message}]
  }
  const worst = new Map<string, {aheadMs: number; withinMs: number}>()
  for (const {source, ...reading} of off) {
    if (Math.abs(reading.aheadMs) > Math.abs(worst.get(source)?.aheadMs ?? 0)) worst.set(source, reading)
  }
  const which = [...worst].map(
    ([source, {aheadMs, withinMs}]) =>
      `the clock that dates the samples of ${source} is ${elapsed(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} ours (± ${elapsed(withinMs)})`,
  )
  return [
    {name, ok: false, message: `${list(which)}: its samples lie in the wrong phases, or are old; ${limit}`},
  ]
}
