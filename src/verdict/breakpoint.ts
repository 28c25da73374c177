import {loadPrefix} from '../plan/load-metrics/subject.js'
import type {Plan} from '../plan/plan.js'
import {selectorsFor} from '../plan/selectors.js'
import type {Breach, RecentSamples, Stretch} from '../run/breakpoint.js'
import type {RunEvent, RunRecord} from '../run/record.js'
import {formatRate} from '../scenarios/quantities.js'
import type {Objective} from '../scenarios/scenario.js'
import {type Observations, observationsOf} from './observations.js'
import {asRecord} from './recent-record.js'
import {judgeShare} from './share.js'
import type {Windows} from './windows.js'

/** The recent stretch as a record of its own, whose baseline it is. */
const stretchAsRecord = (
  plan: Plan,
  {series, intervalMs}: RecentSamples,
  {fromMs, toMs}: Stretch,
): RunRecord =>
  asRecord(plan, {
    series,
    intervalMs,
    events: [
      {kind: 'event', atMs: fromMs, event: 'phase-started', phase: 'baseline'},
      {kind: 'event', atMs: toMs, event: 'phase-ended', phase: 'baseline'},
    ],
  })

/** The stretch that an objective is judged in; none where it is one on the load, of which too little is known yet. */
const stretchFor = (objective: Objective, recent: RecentSamples): Stretch | undefined =>
  selectorsFor(objective).some((selector) => selector.startsWith(loadPrefix)) ? recent.ofLoad : recent

/** The first objective whose share of good events was missed for certain in a recent stretch of the run. */
export const judgeRecent = (plan: Plan, recent: RecentSamples): Breach | undefined => {
  const known = new Map<Stretch, Observations>()
  for (const objective of plan.scenario.objectives) {
    if (objective.kind !== 'ratio' && objective.kind !== 'latency') continue
    const stretch = stretchFor(objective, recent)
    if (stretch === undefined) continue
    const observed = known.get(stretch) ?? observationsOf(stretchAsRecord(plan, recent, stretch))
    known.set(stretch, observed)
    const {outcome, message} = judgeShare(objective, 'baseline', observed)
    if (outcome === 'fail') return {objective: objective.name, message, toMs: stretch.toMs}
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
