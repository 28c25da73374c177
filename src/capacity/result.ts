import type {Outcome} from '../exit-codes.js'
import {type Dip, dipOf} from './dip.js'
import {type Finding, findingOf} from './finding.js'
import {kneeOf} from './knee.js'
import {type Demand, demandOn, outcomeOf, summaryOf} from './outcome.js'
import {type Overload, overloadOf} from './overload.js'
import {type Cost, costOf} from './price.js'
import {
  type CapacityEnd,
  type CapacityHeader,
  type CapacityLine,
  type HeldLine,
  overloadLeg,
  wholeLeg,
  withLeg,
  withoutLeg,
} from './record.js'
import {type Saturation, saturationOf} from './saturation.js'
import {searchOf, trialsOf} from './search-of-leg.js'

/** A search with something missing or broken. */
export interface Leg {
  /** `without gateway`, `with latency`. */
  name: string
  /** What was done, in words; absent where it was not begun. */
  does?: string
  /** Whether it took effect; a leg says nothing unless somebody saw that: absent while its search is not over. */
  bit?: 'yes' | 'no' | 'unknown'
  observations: string[]
  finding?: Finding
  /** Only of `without`: what callers noticed while the replica went. */
  dip?: Dip
  /** Share of the whole system's lower bound that is left. */
  leftShare?: number
  /** Why there is no finding. */
  missing?: string
}

/**
 * Everything that a capacity report says, made from a capacity record alone; all reports (terminal, JSON, Markdown, page)
 * are made from it. Rates are requests (or flows) per second, times epoch ms unless their names say otherwise, shares
 * fractions.
 *
 * For plots: every trial of `whole.trials` and of each leg's `finding.trials` is a dot at `ratePerSecond` (as asked;
 * `seen.offeredPerSecond` as sent) with `seen.latencyMs.p99`, `seen.errorShare`, `seen.lostShare` and `outcome`;
 * `whole.lower` and `whole.upper` are the band; `knee` marks the plot and defines nothing; `overload.points` is goodput
 * against offered rate; `legs[].finding` are the bars of the N−1 table.
 */
export interface CapacityResult {
  kind: 'capacity'
  header: CapacityHeader
  outcome: Outcome
  /** One sentence. */
  summary: string
  whole: Finding
  saturation: Saturation
  /** Rate at which latency begins to rise steeply: a mark for a plot, found by Kneedle; no bound. */
  knee?: {ratePerSecond: number}
  overload?: Overload
  /** Why no more than the capacity was tried, although it was asked for. */
  overloadMissing?: string
  legs: Leg[]
  /** The smallest lower bound of the whole system and of all legs: what is carried whatever of it happens. */
  safePeak?: {ratePerSecond: number; of: string}
  /** The asked-for rate and the expected peak against the safe peak. */
  atLeast?: Demand
  expectedPeak?: Demand
  cost?: Cost
  notes: string[]
  /** What was asked for and is not there, or was cut off. */
  missing: string[]
  end?: CapacityEnd
}

const worst = ['no', 'unknown', 'yes'] as const

/** A search that was resumed has held its fault twice: it took effect where it did so both times. */
const worstHeld = (lines: readonly CapacityLine[], name: string): HeldLine | undefined => {
  const all = lines.flatMap((line) => (line.kind === 'held' && line.leg === name ? [line] : []))
  return worst.flatMap((bit) => all.find((line) => line.bit === bit) ?? []).at(0)
}

/** Why a leg is not to be had. */
const missingLine = (lines: readonly CapacityLine[], leg: string): string | undefined =>
  lines.flatMap((line) => (line.kind === 'missing' && line.leg === leg ? [line.why] : []))[0]

const legsOf = (header: CapacityHeader, lines: readonly CapacityLine[], whole: Finding): Leg[] => {
  const names = [...header.asked.without.map(withoutLeg), ...header.asked.with.map(withLeg)]
  return names.map((name): Leg => {
    const held = worstHeld(lines, name)
    const dip = lines.find((line) => line.kind === 'dip' && line.leg === name)
    const missing = missingLine(lines, name)
    const trials = trialsOf(lines, name)
    const finding = trials.length > 0 ? findingOf(searchOf(header, lines, name, whole)) : undefined
    const seenDip = dip?.kind === 'dip' ? dipOf(dip) : undefined
    const share =
      held?.bit === 'yes' && finding?.lower !== undefined && whole.lower
        ? {leftShare: finding.lower / whole.lower}
        : {}
    return {
      name,
      observations: held?.observations ?? [],
      ...(held && {does: held.does, bit: held.bit}),
      ...(finding && {finding}),
      ...(seenDip && {dip: seenDip}),
      ...share,
      ...(missing !== undefined && {missing}),
    }
  })
}

/** The smallest lower bound; absent while one of them is missing: nobody knows then. */
const safePeakOf = (whole: Finding, legs: readonly Leg[]): CapacityResult['safePeak'] => {
  const bounds = [
    {ratePerSecond: whole.lower, of: 'the whole system'},
    ...legs.map(({name, finding, bit}) => ({
      ratePerSecond: bit !== 'yes' ? undefined : finding?.ended === 'fails-at-lowest' ? 0 : finding?.lower,
      of: name,
    })),
  ]
  let least: CapacityResult['safePeak']
  for (const {ratePerSecond, of} of bounds) {
    if (ratePerSecond === undefined) return undefined
    if (least === undefined || ratePerSecond < least.ratePerSecond) least = {ratePerSecond, of}
  }
  return least
}

const missingOf = (legs: readonly Leg[], end: CapacityEnd | undefined): string[] => [
  ...legs.flatMap(({name, missing, finding, bit}) => {
    if (missing !== undefined) return [`${name}: ${missing}`]
    if (bit === 'no') return [`${name}: it did not take effect, so its numbers say nothing`]
    if (!finding) return [`${name}: not measured`]
    return bit === 'yes'
      ? []
      : [`${name}: nobody can tell whether it took effect, so its numbers say nothing`]
  }),
  ...(end === undefined ? ['the record has no end: the search was cut off'] : []),
  ...(end && end.ended !== 'completed'
    ? [`the search ended early: ${end.message ?? end.ended}; --resume goes on with it`]
    : []),
]

/** Makes the whole result from the lines of a capacity record, also of one that was cut off. */
export const resultOf = (header: CapacityHeader, lines: readonly CapacityLine[]): CapacityResult => {
  const whole = findingOf(searchOf(header, lines, wholeLeg))
  const legs = legsOf(header, lines, whole)
  const beyond = trialsOf(lines, overloadLeg)
  const last = lines.at(-1)
  const end = last?.kind === 'capacity-end' ? last : undefined
  const {heldPerSecond} = whole
  const best = Math.max(0, ...whole.trials.map(({seen}) => seen?.goodPerSecond ?? 0))
  const safePeak = safePeakOf(whole, legs)
  const {atLeastPerSecond, expectedPeakPerSecond, pricePerHour} = header.asked
  const demands = {
    ...(atLeastPerSecond !== undefined && {atLeast: demandOn(atLeastPerSecond, whole, legs)}),
    ...(expectedPeakPerSecond !== undefined && {expectedPeak: demandOn(expectedPeakPerSecond, whole, legs)}),
  }
  const knee = kneeOf(whole.trials)
  const noOverload = missingLine(lines, overloadLeg)
  const partial = {
    whole,
    legs,
    ...demands,
    ...(heldPerSecond !== undefined &&
      beyond.length > 0 && {overload: overloadOf(beyond, {heldPerSecond, bestGoodPerSecond: best})}),
    ...(safePeak && {safePeak}),
    ...(end && {end}),
  }
  return {
    kind: 'capacity',
    header,
    outcome: outcomeOf(partial),
    summary: summaryOf(partial, header),
    saturation: saturationOf(whole.trials),
    ...(knee !== undefined && {knee: {ratePerSecond: knee}}),
    ...(noOverload !== undefined && {overloadMissing: noOverload}),
    ...partial,
    ...(pricePerHour !== undefined &&
      safePeak &&
      safePeak.ratePerSecond > 0 && {cost: costOf(pricePerHour, safePeak.ratePerSecond)}),
    notes: lines.flatMap((line) => (line.kind === 'note' ? [line.message] : [])),
    missing: missingOf(legs, end),
  }
}
