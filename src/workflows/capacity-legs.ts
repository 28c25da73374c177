import {type Criteria, criteriaOf} from '../capacity/criteria.js'
import {type Finding, findingOf} from '../capacity/finding.js'
import {overloadLeg, wholeLeg, withLeg, withoutLeg} from '../capacity/record.js'
import {nextTrial} from '../capacity/search.js'
import {searchOf} from '../capacity/search-of-leg.js'
import type {Evidence} from '../faults/fault.js'
import type {PlannedFault} from '../plan/plan.js'
import {systemClock} from '../system/clock.js'
import {dip} from './capacity-dip.js'
import {faultToHold} from './capacity-holds.js'
import {overload} from './capacity-overload.js'
import {type LegStage, search} from './capacity-trials.js'

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

/** Without a capacity of the whole system there is nothing to compare with: then nothing is broken for it. */
const leaveOut = ({header, lines, write}: LegStage): void => {
  const why = 'the whole system has no capacity to compare with'
  for (const leg of [...header.asked.without.map(withoutLeg), ...header.asked.with.map(withLeg)])
    if (!lines.some((line) => line.kind === 'missing' && line.leg === leg)) write({kind: 'missing', leg, why})
}

/** Everything that was asked for and is not in the record yet, one after another. */
export const runLegs = async (stage: LegStage): Promise<void> => {
  const {site, header, lines} = stage
  // With a replica less, what holds without a fault must hold; with a fault, what is asked for in its phase.
  const criteria = criteriaOf(site.plan.scenario, 'baseline')
  const underFault = criteriaOf(site.plan.scenario, 'fault')
  const whole = await search(stage, wholeLeg, criteria)
  if (
    header.asked.overload &&
    !lines.some(({kind, ...line}) => kind === 'missing' && 'leg' in line && line.leg === overloadLeg)
  )
    await overload(stage, whole, criteria)
  if (whole.heldPerSecond === undefined) return leaveOut(stage)
  for (const workload of header.asked.without) {
    const leg = withoutLeg(workload)
    const finding = isOver(stage, leg, whole)
      ? findingOf(searchOf(header, lines, leg, whole))
      : await searchUnder(stage, leg, site.aimAtOne(workload), {whole, criteria})
    if (!lines.some((line) => line.kind === 'dip' && line.leg === leg))
      await dip(stage, leg, site.aimAtOne(workload), {...finding, criteria})
  }
  for (const name of header.asked.with) {
    const leg = withLeg(name)
    if (isOver(stage, leg, whole)) continue
    await searchUnder(stage, leg, faultToHold(site, name), {whole, criteria: underFault})
  }
}
