import {type Criteria, criteriaOf} from '../capacity/criteria.js'
import {type Finding, findingOf} from '../capacity/finding.js'
import {rate} from '../capacity/rate.js'
import {overloadLeg, wholeLeg, withLeg, withoutLeg} from '../capacity/record.js'
import {nextTrial} from '../capacity/search.js'
import {searchOf} from '../capacity/search-of-leg.js'
import type {Evidence} from '../faults/fault.js'
import type {PlannedFault} from '../plan/plan.js'
import {systemClock} from '../system/clock.js'
import {dip} from './capacity-dip.js'
import {faultToHold} from './capacity-holds.js'
import {overload} from './capacity-overload.js'
import {isBack, type LegStage, search} from './capacity-trials.js'

/**
 * A search while a fault is in force; whatever happens, the fault is taken back. It is looked at in every trial, under load:
 * the last look says whether it took effect. Without one, nothing is written, and nobody knows.
 */
const searchUnder = async (
  stage: LegStage,
  leg: string,
  fault: PlannedFault,
  {whole, criteria}: {whole: Finding; criteria: Criteria},
): Promise<Finding> => {
  const held = await stage.site.hold(fault)
  const {does} = fault.aim
  const seen: Evidence[] = []
  const look = async (): Promise<void> => void seen.push(await held.look())
  try {
    return await search(stage, leg, criteria, {whole, look})
  } finally {
    const last = seen.at(-1)
    if (last) {
      const {bit, observations} = last
      stage.write({kind: 'held', leg, atMs: systemClock.now(), does, bit, observations})
      if (bit !== 'yes')
        stage.note(
          `${leg}: ${does} ${bit === 'no' ? 'did not take effect' : 'may not have taken effect'}: ${observations.join('; ')}`,
        )
    }
    await held.release()
  }
}

const isOver = ({lines, header}: LegStage, leg: string, whole: Finding): boolean =>
  nextTrial(searchOf(header, lines, leg, whole)) === undefined

const isMissing = ({lines}: LegStage, leg: string): boolean =>
  lines.some((line) => line.kind === 'missing' && line.leg === leg)

const leaveOut = (stage: LegStage, leg: string, why: string): void => {
  if (!isMissing(stage, leg)) stage.write({kind: 'missing', leg, why})
}

/** Why nothing more is asked of the system: what it then showed would be no answer. */
const whyNoMore = ({heldPerSecond, stuck}: Finding, of: string): string | undefined => {
  if (stuck) return `${of} did not come back after ${rate(stuck.afterPerSecond)}`
  return heldPerSecond === undefined ? 'the whole system has no capacity to compare with' : undefined
}

/** Searches without one replica of a workload, then looks at the dip while one goes. */
const searchWithout = async (
  stage: LegStage,
  workload: string,
  {whole, criteria}: {whole: Finding; criteria: Criteria},
): Promise<Finding> => {
  const {site, header, lines} = stage
  const leg = withoutLeg(workload)
  const finding = isOver(stage, leg, whole)
    ? findingOf(searchOf(header, lines, leg, whole))
    : await searchUnder(stage, leg, site.aimAtOne(workload), {whole, criteria})
  if (finding.stuck === undefined && !lines.some((line) => line.kind === 'dip' && line.leg === leg))
    await dip(stage, leg, site.aimAtOne(workload), {...finding, criteria})
  return finding
}

/**
 * Everything that was asked for and is not in the record yet, one after another. Too much load comes last: what it breaks
 * must not be taken for what a missing replica does.
 */
export const runLegs = async (stage: LegStage): Promise<void> => {
  const {site, header, lines} = stage
  // With a replica less, what holds without a fault must hold; with a fault, what is asked for in its phase.
  const criteria = criteriaOf(site.plan.scenario, 'baseline')
  const underFault = criteriaOf(site.plan.scenario, 'fault')
  const whole = await search(stage, wholeLeg, criteria)
  let noMore = whyNoMore(whole, 'it')
  const legs = [
    ...header.asked.without.map((workload) => ({
      leg: withoutLeg(workload),
      search: () => searchWithout(stage, workload, {whole, criteria}),
    })),
    ...header.asked.with.map((name) => ({
      leg: withLeg(name),
      search: async () =>
        isOver(stage, withLeg(name), whole)
          ? findingOf(searchOf(header, lines, withLeg(name), whole))
          : await searchUnder(stage, withLeg(name), faultToHold(site, name), {whole, criteria: underFault}),
    })),
  ]
  for (const {leg, search: searchLeg} of legs) {
    if (isMissing(stage, leg)) continue
    if (noMore !== undefined) leaveOut(stage, leg, noMore)
    else {
      const {stuck} = await searchLeg()
      if (stuck && !(await isBack(stage, criteria)))
        noMore = whyNoMore({...whole, stuck}, `the system (${leg})`)
    }
  }
  if (!header.asked.overload || isMissing(stage, overloadLeg)) return
  if (noMore === undefined || whole.heldPerSecond === undefined) await overload(stage, whole, criteria)
  else leaveOut(stage, overloadLeg, noMore)
}
