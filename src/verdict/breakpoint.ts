import type {Plan} from '../plan/plan.js'
import type {Breach, RecentSamples} from '../run/breakpoint.js'
import type {RunEvent, RunRecord} from '../run/record.js'
import {formatRate} from '../scenarios/quantities.js'
import type {Objective} from '../scenarios/scenario.js'
import {observationsOf} from './observations.js'
import {asRecord} from './recent-record.js'
import {judgeShare} from './share.js'
import type {Windows} from './windows.js'

/** The recent stretch as a record of its own, whose baseline it is. */
const stretchAsRecord = (plan: Plan, {series, intervalMs, fromMs, toMs}: RecentSamples): RunRecord =>
  asRecord(plan, {
    series,
    intervalMs,
    events: [
      {kind: 'event', atMs: fromMs, event: 'phase-started', phase: 'baseline'},
      {kind: 'event', atMs: toMs, event: 'phase-ended', phase: 'baseline'},
    ],
  })

/** The first objective whose share of good events was missed for certain in a recent stretch of the run. */
export const judgeRecent = (plan: Plan, recent: RecentSamples): Breach | undefined => {
  const observed = observationsOf(stretchAsRecord(plan, recent))
  for (const objective of plan.scenario.objectives) {
    if (objective.kind !== 'ratio' && objective.kind !== 'latency') continue
    const {outcome, message} = judgeShare(objective, 'baseline', observed)
    if (outcome === 'fail') return {objective: objective.name, message}
  }
  return undefined
}

/** Where the load of a run broke, if it was to find that out and did. */
export const breakpointOf = ({events}: RunRecord): (RunEvent & {event: 'breakpoint'}) | undefined =>
  events.find((event) => event.event === 'breakpoint')

/** "broke at 812/s, where "browsing stays up" was missed" */
export const breakpointInWords = (record: RunRecord): string | undefined => {
  const broke = breakpointOf(record)
  return (
    broke && `the load broke at ${formatRate(broke.ratePerSecond)}, where "${broke.objective}" was missed`
  )
}

/** A load that broke ends the run: what was to be judged later is not asked any more. */
export const reachedBy = (
  objectives: readonly Objective[],
  record: RunRecord,
  windows: Windows,
): readonly Objective[] => {
  if (breakpointOf(record) === undefined) return objectives
  return objectives.flatMap((objective) => {
    const during = objective.during.filter((phase) => windows[phase] !== undefined)
    return during.length > 0 ? [{...objective, during}] : []
  })
}
