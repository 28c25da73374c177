import type {Criteria} from '../capacity/criteria.js'
import {type Finding, findingOf} from '../capacity/finding.js'
import {judgeTrial} from '../capacity/judge-trial.js'
import type {CapacityHeader, CapacityLine} from '../capacity/record.js'
import {mayLookAgain, nextTrial, observe} from '../capacity/search.js'
import {searchOf} from '../capacity/search-of-leg.js'
import type {SearchState} from '../capacity/search-state.js'
import type {Ask, Trial} from '../capacity/trial.js'
import type {TrialSite} from '../run/trials/site.js'
import {systemClock} from '../system/clock.js'
import {littleLoad, untilCalm} from './capacity-calm.js'

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

/** Something that is done so long after the first request of a trial. */
export type Act = {atMs: number; act(): Promise<void>}

/** Sends and judges one trial. */
export const tryOut = async (
  {site}: LegStage,
  ask: Ask,
  criteria: Criteria,
  during?: Act,
): Promise<Trial> => {
  const beganMs = systemClock.now()
  const seen = await site.send(ask, during)
  const verdict = judgeTrial(seen, criteria)
  const loadMs = Math.min(ask.settleMs + ask.measureMs, seen.window.endMs - seen.startedMs)
  return {...ask, ...verdict, startedMs: seen.startedMs, loadMs, tookMs: systemClock.now() - beganMs}
}

/** Writes a trial down and tells it. */
export const keep = (stage: LegStage, leg: string, trial: Trial): void => {
  stage.write({kind: 'trial', leg, trial})
  stage.told(leg, trial)
}

/** Searches until the leg's search is over, from where the record left it; `look` is done when a trial has settled. */
export const search = async (
  stage: LegStage,
  leg: string,
  criteria: Criteria,
  {whole, look}: {whole?: Finding; look?: () => Promise<void>} = {},
): Promise<Finding> => {
  let state = searchOf(stage.header, stage.lines, leg, whole)
  const {settleMs, riseMs} = state.options
  // What an earlier run has warmed up is cold again.
  if (state.trials.length > 0 && nextTrial(state) !== undefined)
    await stage.site.send({ratePerSecond: littleLoad(state), settleMs: 0, measureMs: settleMs + riseMs})
  for (let ask = nextTrial(state); ask !== undefined; ask = nextTrial(state)) {
    const during = look && {atMs: ask.settleMs, act: look}
    const trial = await tryOut(stage, ask, criteria, during)
    keep(stage, leg, trial)
    state = observe(state, trial)
    if (!(await untilCalm(stage.site, state))) state = await lookWhetherBack(stage, leg, criteria, state)
  }
  return findingOf(state)
}

/** Judges a little load, up to a few times: whether a system that did not get calm carries anything at all. */
const lookWhetherBack = async (
  stage: LegStage,
  leg: string,
  criteria: Criteria,
  state: SearchState,
): Promise<SearchState> => {
  const {settleMs, riseMs} = state.options
  let looked = state
  for (let attempt = 1; attempt === 1 || mayLookAgain(looked); attempt++) {
    const ratePerSecond = littleLoad(state)
    const less: Ask = {purpose: 'recover', ratePerSecond, settleMs, measureMs: riseMs, attempt}
    const trial = await tryOut(stage, less, criteria)
    keep(stage, leg, trial)
    looked = observe(looked, trial)
  }
  return looked
}

const mostTries = 3

/** Whether the first rate of all is carried again, now that nothing is in force: what a leg broke may have been its fault's. */
export const isBack = async (stage: LegStage, criteria: Criteria): Promise<boolean> => {
  const {startPerSecond: ratePerSecond, settleMs, riseMs} = stage.header.options
  for (let attempt = 1; attempt <= mostTries; attempt++) {
    const less: Ask = {purpose: 'recover', ratePerSecond, settleMs, measureMs: riseMs, attempt}
    if ((await tryOut(stage, less, criteria)).outcome === 'good') return true
  }
  return false
}
