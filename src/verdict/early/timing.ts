import type {PlannedFault} from '../../plan/plan.js'
import type {RunRecord} from '../../run/record.js'

/** When the load was stopped because phases had ended early (epoch ms); undefined when it was not. */
export const stoppedEarlyMs = ({events, end}: RunRecord): number | undefined => {
  const ended = events.filter((event) => event.event === 'phase-ended')
  const cut = events.some(({event}) => event === 'dip-left-out')
  if (end?.ended !== 'completed' || (!cut && ended.every(({early}) => early === undefined))) return undefined
  return ended.at(-1)?.atMs
}

/**
 * When the plan's time would have begun for a fault, had no phase before it ended early (epoch ms): what the plan says of
 * the fault counts from there.
 */
export const originOf = (
  {header: {plan}, events}: RunRecord,
  {startMs}: PlannedFault,
  startedMs: number,
): number => {
  const phase = plan.phases.find((one) => one.startMs <= startMs && startMs < one.endMs)
  const began = events.find((event) => event.event === 'phase-started' && event.phase === phase?.name)
  return phase && began ? began.atMs - phase.startMs : startedMs
}

/** When a fault was to be taken back (epoch ms): as planned, or when its phase ended early. */
export const dueEndOf = (record: RunRecord, fault: PlannedFault, startedMs: number): number => {
  const {plan} = record.header
  const phase = plan.phases.find(({startMs, endMs}) => startMs < fault.endMs && fault.endMs <= endMs)
  const ended = record.events.find((event) => event.event === 'phase-ended' && event.phase === phase?.name)
  const plannedMs = originOf(record, fault, startedMs) + fault.endMs
  return phase?.endMs === fault.endMs && ended ? Math.min(ended.atMs, plannedMs) : plannedMs
}
