import {expectedRequests} from '../../plan/rates.js'
import {holdNeededMs} from '../../scenarios/hold.js'
import type {Observations} from '../observations.js'
import {secondsIn} from '../seconds.js'
import {chanceOfMiss} from '../statistics/interval.js'
import {lengthMs, spansOf, type Window} from '../windows.js'
import {badShareOf, besides, mostUsual} from './bad-share.js'
import {leastRequests} from './deviations.js'
import {attemptsPerCallIn} from './edges.js'
import type {Aftermath, BadShare} from './effect.js'
import {type SecondTally, talliesIn, usualLimits} from './tallies.js'

/** An answer this much slower than 99 % of the baseline's is a bad one; what is less is seen by nobody. */
const slowerTimes = 3
const slowerByMicros = 50_000
/** The end of a window is its last third, but no less than this and no more than that. */
const [leastEndMs, mostEndMs] = [3000, 10_000]
/** So many more attempts for each call than in the baseline are retries that go on. */
const notableAttempts = 1.2
/** The load is held while it differs from that of the baseline by no more than this. */
const mostDrift = 0.2
/** A second like this comes by chance less often; one alone among good ones is a hiccup. */
const leastChance = 1e-4
const hiccupMs = 2000

/** Fewer requests than this at the end tell nothing. */
export const leastAtEnd = 20
/** With more than this share of bad requests in the baseline, it is no ground to compare with. */
export const mostInBaseline = 0.2
/** A hold may be this much shorter than asked for: faults take a moment to be taken back. */
const holdTolerance = 0.9

export const isHeldLong = ({heldMs, neededMs}: Pick<Aftermath, 'heldMs' | 'neededMs'>): boolean =>
  heldMs >= holdTolerance * neededMs

/** What is known, for the decision and for the sentence about it. */
export interface Evidence extends Omit<Aftermath, 'state' | 'message' | 'confirmed'> {
  bad: Aftermath['bad'] & {baseline: BadShare; held: BadShare}
  /** Share of bad requests in the third of the hold before its last. */
  before: BadShare
  loadHeld: boolean
  dipTo?: number
}

/** What the end of the hold, of the dip and of what came after it were like; undefined where there is no ground to tell. */
export const evidenceOf = (observed: Observations): Evidence | undefined => {
  const {record, windows} = observed
  const undone = record.events.filter(({event}) => event === 'fault-undone').map(({atMs}) => atMs)
  const endMs = spansOf(record).recovery?.endMs
  const startMs = Math.max(...undone)
  if (!windows.baseline || endMs === undefined || undone.length === 0 || endMs <= startMs) return undefined
  const limits = usualLimits(secondsIn(record.load, windows.baseline))
  for (const [name, limit] of limits) {
    limits.set(name, Math.max(slowerTimes * limit, limit + slowerByMicros))
  }
  const shareIn = (window: Window): BadShare => badShareOf(talliesIn(record.load, limits, window))
  const baseline = shareIn(windows.baseline)
  if (baseline.requests < leastRequests) return undefined
  const hold = {startMs, endMs}
  const last = endOf(hold)
  const held = shareIn(last)
  const {phases} = record.header.plan.scenario
  const neededMs = holdNeededMs(phases)
  const recoveredMs = lastBadMs(talliesIn(record.load, limits, hold), hold, baseline)
  return {
    ...(besides(held, baseline) === 'alike' ? {recoveredMs} : {}),
    heldMs: lengthMs(hold),
    neededMs,
    bad: {baseline, held, ...afterDip(windows.dip, windows.restored, shareIn)},
    before: shareIn({startMs: Math.max(startMs, last.startMs - lengthMs(last)), endMs: last.startMs}),
    amplified: amplifiedIn(last, windows.baseline, observed),
    loadHeld: isHeld(observed, hold, windows.baseline),
    ...(phases.dip && windows.restored ? {dipTo: phases.dip.to} : {}),
  }
}

/** The last part of a window, where what will be is there. */
const endOf = (window: Window): Window => {
  const endMs = Math.min(mostEndMs, Math.max(leastEndMs, lengthMs(window) / 3))
  return {startMs: Math.max(window.startMs, window.endMs - endMs), endMs: window.endMs}
}

const afterDip = (
  dip: Window | undefined,
  restored: Window | undefined,
  shareIn: (window: Window) => BadShare,
): Pick<Aftermath['bad'], 'dip' | 'restored'> =>
  dip && restored ? {dip: shareIn(endOf(dip)), restored: shareIn(endOf(restored))} : {}

/** From the undoing to the end of the last bad second; one that stands alone among good ones is left out. */
const lastBadMs = (seconds: readonly SecondTally[], hold: Window, baseline: BadShare): number => {
  const usual = mostUsual(baseline)
  const bad = seconds
    .filter(({bad, total}) => chanceOfMiss(total - bad, total, 1 - usual) < leastChance)
    .map(({startMs}) => startMs)
  const last = bad.findLast(
    (startMs) =>
      startMs < hold.startMs + hiccupMs ||
      bad.some((other) => other !== startMs && Math.abs(other - startMs) <= hiccupMs),
  )
  return last === undefined ? 0 : last + 1000 - hold.startMs
}

const amplifiedIn = (window: Window, baseline: Window, observed: Observations): Aftermath['amplified'] => {
  const before = attemptsPerCallIn(baseline, observed)
  return [...attemptsPerCallIn(window, observed)].flatMap(([edge, attemptsPerCall]) => {
    const usual = before.get(edge) ?? 1
    return attemptsPerCall > notableAttempts * usual ? [{edge, attemptsPerCall, baseline: usual}] : []
  })
}

/** In a closed loop there is no rate to hold: callers wait. */
const isHeld = ({record}: Observations, hold: Window, baseline: Window): boolean => {
  const {rates} = record.header.plan
  const startedMs = record.events.find(({event}) => event === 'load-started')?.atMs ?? 0
  const rateIn = (window: Window): number =>
    expectedRequests(rates, window.startMs - startedMs, window.endMs - startedMs) / lengthMs(window)
  if (rates.length === 0) return true
  return Math.abs(rateIn(hold) - rateIn(baseline)) <= mostDrift * rateIn(baseline)
}
