import {formatDuration, formatPercent} from '../scenarios/quantities.js'
import type {Envelope} from '../scenarios/scenario.js'
import type {PlannedFault} from './plan.js'
import {sketchOf, stretchesAtTop} from './strength.js'

/** An envelope as it would be said: `rises over 10s, falls over its last 5s`. */
export const envelopeInWords = (envelope: Envelope): string => {
  switch (envelope.kind) {
    case 'ramp': {
      const {upMs, downMs} = envelope
      const rises = upMs > 0 ? [`rises over ${formatDuration(upMs)}`] : []
      const falls = downMs > 0 ? [`falls over its last ${formatDuration(downMs)}`] : []
      return [...rises, ...falls].join(', ')
    }
    case 'pulse':
      return `on for ${formatDuration(envelope.onMs)} of every ${formatDuration(envelope.everyMs)}`
    case 'oscillate': {
      const low = formatPercent(envelope.low)
      return `swings between ${low} and 100% every ${formatDuration(envelope.periodMs)}`
    }
  }
}

/** Swings touch the top for one step only: what is this near to it counts as full. */
const nearlyFull = 0.99

/** When the fault is at full strength, in words; times from the first request. */
const fullStrength = ({levels = [], endMs}: PlannedFault): string => {
  const stretches = stretchesAtTop(levels, endMs, nearlyFull)
  const [first] = stretches
  if (!first) return 'never at full strength'
  const times = stretches.length === 1 ? '' : `${stretches.length} times, first `
  return `full strength ${times}from ${formatDuration(first.fromMs)} to ${formatDuration(first.toMs)}`
}

/** The strength over time for the dry run, a line each; none for a fault of constant strength. */
export const strengthLines = (fault: PlannedFault, width: number): string[] => {
  const {envelope, levels, startMs, endMs} = fault
  if (!envelope || !levels) return []
  const sketch = sketchOf(levels, {fromMs: startMs, toMs: endMs}, width)
  return [`${sketch}  ${envelopeInWords(envelope)}`, `${fullStrength(fault)}, ${levels.length} levels in all`]
}
