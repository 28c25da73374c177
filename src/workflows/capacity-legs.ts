import {type Criteria, criteriaOf} from '../capacity/criteria.js'
import {type Finding, findingOf} from '../capacity/finding.js'
import {judgeTrial} from '../capacity/judge-trial.js'
import {
  type CapacityHeader,
  type CapacityLine,
  overloadLeg,
  wholeLeg,
  withLeg,
  withoutLeg,
} from '../capacity/record.js'
import {searchOf, trialsOf} from '../capacity/result.js'
import {nextTrial, observe} from '../capacity/search.js'
import type {Ask, Trial} from '../capacity/trial.js'
import type {PlannedFault} from '../plan/plan.js'
import type {TrialSite} from '../run/trials/site.js'
import {systemClock} from '../system/clock.js'
import {untilCalm} from './capacity-calm.js'

/** What the legs of a search for a capacity need; `lines` is what the record holds so far, also of an earlier run. */
export interface LegStage {
  site: TrialSite
  header: CapacityHeader
  lines: CapacityLine[]
  write(line: CapacityLine): void
  /** Told each trial when it is over. */
  told(leg: string, trial: Trial): void
  note(message: string): void
}

type Act = {atMs: number; act(): Promise<void>}

/** Sends and judges one trial. */
const tryOut = async ({site}: LegStage, ask: Ask, criteria: Criteria, during?: Act): Promise<Trial> => {
  const beganMs = systemClock.now()
  const seen = await site.send(ask, during)
  const verdict = judgeTrial(seen, criteria)
  const loadMs = Math.min(ask.settleMs + ask.measureMs, seen.window.endMs - seen.startedMs)
  return {...ask, ...verdict, startedMs: seen.startedMs, loadMs, tookMs: systemClock.now() - beganMs}
}

const keep = (stage: LegStage, leg: string, trial: Trial): void => {
  stage.write({kind: 'trial', leg, trial})
  stage.told(leg, trial)
}

/** Searches until the leg's search is over, from where the record left it. */
const search = async (
  stage: LegStage,
  leg: string,
  criteria: Criteria,
  whole?: Finding,
): Promise<Finding> => {
  let state = searchOf(stage.header, trialsOf(stage.lines, leg), whole)
  for (let ask = nextTrial(state); ask !== undefined; ask = nextTrial(state)) {
    const trial = await tryOut(stage, ask, criteria)
    keep(stage, leg, trial)
    state = observe(state, trial)
    await untilCalm(stage.site, state)
  }
  return findingOf(state)
}

const beyond = [1.5, 2]
/** What is tried right after the overload. */
const below = 0.8
/** So often, one after the other: some systems are slow to come back, some never do. */
const mostRecoveries = 3

/** More load than the system can carry, and right after it less: whether it comes back. */
const overload = async (stage: LegStage, whole: Finding, criteria: Criteria): Promise<void> => {
  const {heldPerSecond, upper, trials} = whole
  const why =
    heldPerSecond === undefined || upper === undefined
      ? 'no limit was found to go beyond'
      : trials.some(({final}) => final === true)
        ? 'a guard tripped below the limit, and must not be passed'
        : undefined
  if (why !== undefined) return stage.write({kind: 'missing', leg: overloadLeg, why})
  const {settleMs, trialMs} = stage.header.options
  const done = trialsOf(stage.lines, overloadLeg)
  // Whether it comes back is asked right after the overload: half of it from an earlier run tells nothing.
  if (done.some(({purpose}) => purpose === 'recover')) return
  const base = heldPerSecond ?? 0
  const ask = {settleMs, measureMs: trialMs, attempt: 1}
  for (const multiple of beyond) {
    const more: Ask = {...ask, purpose: 'overload', ratePerSecond: multiple * base}
    keep(stage, overloadLeg, await tryOut(stage, more, criteria))
  }
  for (let attempt = 1, back = false; !back && attempt <= mostRecoveries; attempt++) {
    const less: Ask = {...ask, purpose: 'recover', ratePerSecond: below * base, attempt}
    const trial = await tryOut(stage, less, criteria)
    keep(stage, overloadLeg, trial)
    back = trial.outcome === 'good'
  }
}

/** A search while a fault is in force; whatever happens, the fault is taken back. */
const searchUnder = async (
  stage: LegStage,
  leg: string,
  fault: PlannedFault,
  {whole, criteria}: {whole: Finding; criteria: Criteria},
): Promise<Finding> => {
  const {evidence, release} = await stage.site.hold(fault)
  try {
    const {bit, observations} = evidence
    stage.write({kind: 'held', leg, atMs: systemClock.now(), does: fault.aim.does, bit, observations})
    if (bit === 'no') stage.note(`${leg}: ${fault.aim.does} did not take effect: ${observations.join('; ')}`)
    return await search(stage, leg, criteria, whole)
  } finally {
    await release()
  }
}

/** How long the load goes on before and after a replica is taken away. */
const beforeMs = 3_000
const afterMs = 9_000

/** What callers notice while the replica goes, at a rate that the others carry. */
const dip = async (
  stage: LegStage,
  leg: string,
  fault: PlannedFault,
  {heldPerSecond, criteria}: Pick<Finding, 'heldPerSecond'> & {criteria: Criteria},
): Promise<void> => {
  if (heldPerSecond === undefined) return
  const {settleMs} = stage.header.options
  const ask: Ask = {
    purpose: 'recover',
    ratePerSecond: below * heldPerSecond,
    settleMs,
    measureMs: beforeMs + afterMs,
    attempt: 1,
  }
  let atMs = 0
  let release: (() => Promise<void>) | undefined
  try {
    const trial = await tryOut(stage, ask, criteria, {
      atMs: settleMs + beforeMs,
      act: async () => {
        atMs = systemClock.now()
        release = (await stage.site.hold(fault)).release
      },
    })
    stage.write({kind: 'dip', leg, atMs, trial})
  } finally {
    await release?.()
  }
}

const isOver = ({lines, header}: LegStage, leg: string, whole: Finding): boolean =>
  nextTrial(searchOf(header, trialsOf(lines, leg), whole)) === undefined

/** Without a capacity of the whole system there is nothing to compare with: then nothing is broken for it. */
const leaveOut = ({header, write}: LegStage): void => {
  const why = 'the whole system has no capacity to compare with'
  for (const leg of [...header.asked.without.map(withoutLeg), ...header.asked.with.map(withLeg)])
    write({kind: 'missing', leg, why})
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
      ? findingOf(searchOf(header, trialsOf(lines, leg), whole))
      : await searchUnder(stage, leg, site.aimAtOne(workload), {whole, criteria})
    if (!lines.some((line) => line.kind === 'dip' && line.leg === leg))
      await dip(stage, leg, site.aimAtOne(workload), {...finding, criteria})
  }
  for (const name of header.asked.with) {
    const leg = withLeg(name)
    if (isOver(stage, leg, whole)) continue
    await searchUnder(stage, leg, faultOf(site, name), {whole, criteria: underFault})
  }
}

/** The scenario's fault of that name (or id), at full strength; names are checked before the first trial. */
const faultOf = ({plan}: Pick<TrialSite, 'plan'>, name: string): PlannedFault => {
  const found = plan.faults.find(({id, fault}) => fault === name || id === name)
  if (!found) throw new Error(`the scenario has no fault ${name}`)
  const {envelope: _envelope, levels: _levels, ...fault} = found
  return {...fault, startMs: 0, endMs: Number.MAX_SAFE_INTEGER}
}
