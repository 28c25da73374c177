import type {Outcome} from '../exit-codes.js'
import type {Finding} from './finding.js'
import type {Overload} from './overload.js'
import {rate} from './rate.js'
import type {CapacityEnd, CapacityHeader} from './record.js'

/** A rate that must be carried, also in every leg. */
export interface Demand {
  askedPerSecond: number
  /** `yes`: the lower bounds of all are above it; `no`: one upper bound is at or below it; else nobody can tell. */
  holds: 'yes' | 'no' | 'open'
  /** Where it does not hold, or what leaves it open. */
  of?: string
  /** Lower bound of that, less what is asked, as a share of what is asked; negative where it is not enough. */
  headroom?: number
}

interface Found {
  name: string
  finding?: Finding
  bit?: 'yes' | 'no' | 'unknown'
}

interface Partial {
  whole: Finding
  legs: readonly Found[]
  atLeast?: Demand
  safePeak?: {ratePerSecond: number; of: string}
  overload?: Pick<Overload, 'recovers'>
  end?: CapacityEnd
}

const holdsIn = (asked: number, {finding, bit}: Found): Demand['holds'] => {
  if (finding === undefined || bit !== 'yes') return 'open'
  if (finding.lower !== undefined && finding.lower >= asked && finding.confirmed) return 'yes'
  return finding.upper !== undefined && finding.upper <= asked ? 'no' : 'open'
}

/** Whether a rate is carried by the whole system and in every leg. */
export const demandOn = (askedPerSecond: number, whole: Finding, legs: readonly Found[]): Demand => {
  const all: Found[] = [{name: 'the whole system', finding: whole, bit: 'yes'}, ...legs]
  const worst =
    all.find((one) => holdsIn(askedPerSecond, one) === 'no') ??
    all.find((one) => holdsIn(askedPerSecond, one) === 'open')
  const bounds = all.map(({finding, bit}) => (bit === 'yes' ? finding?.lower : undefined))
  const least = bounds.every((bound) => bound !== undefined) ? Math.min(...bounds) : undefined
  return {
    askedPerSecond,
    holds: worst ? holdsIn(askedPerSecond, worst) : 'yes',
    ...(worst && {of: worst.name}),
    ...(least !== undefined && {headroom: least / askedPerSecond - 1}),
  }
}

/** What is left broken comes first, then what was interrupted; then what was asked for, else whether there is a result. */
export const outcomeOf = ({whole, atLeast, end}: Partial): Outcome => {
  if (end && end.residual.length > 0) return 'residual'
  if (end?.ended === 'error') return 'error'
  if (end === undefined || end.ended === 'interrupted') return 'interrupted'
  if (atLeast) return atLeast.holds === 'yes' ? 'pass' : atLeast.holds === 'no' ? 'fail' : 'inconclusive'
  if (whole.ended === 'fails-at-lowest') return 'fail'
  // What a generator could send is carried, but the capacity that was searched for is not known.
  const isFound = whole.ended !== 'unstable' && whole.ended !== 'generator-limited'
  return whole.lower !== undefined && whole.confirmed && isFound ? 'pass' : 'inconclusive'
}

const carried = ({lower, upper, ended, trials}: Finding): string => {
  if (ended === 'fails-at-lowest') {
    const least = Math.min(...trials.map(({ratePerSecond}) => ratePerSecond))
    return `not even ${rate(least)} is carried`
  }
  if (lower === undefined && upper !== undefined) return `less than ${rate(upper)}`
  if (ended === 'not-judged' && lower === undefined) return 'no trial could be judged'
  if (lower === undefined) return 'nothing was found out'
  return upper === undefined ? `at least ${rate(lower)}` : `${rate(lower)} to ${rate(upper)}`
}

const why: Record<Finding['ended'], string | undefined> = {
  found: undefined,
  'never-fails': 'nothing failed up to the highest rate that was to be tried (--most)',
  'fails-at-lowest': undefined,
  'generator-limited': 'the load generator was the bottleneck, so the system may carry more',
  'not-judged': 'there was not enough data to go on',
  budget: 'the time was over before the bounds were close',
  unstable: 'rates that held did not hold when they were tried for longer',
  stuck: 'the search was given up',
  'cut-off': 'the search was cut off',
}

/** "payment-slow: 1200/s to 1290/s; "checkout answers in time" is missed first". */
export const summaryOf = (
  {whole, safePeak, atLeast, overload}: Partial,
  {scenario}: CapacityHeader,
): string => {
  const parts = [`${scenario}: ${carried(whole)}`]
  const reason = why[whole.ended]
  if (whole.bound && whole.upper !== undefined) parts.push(`"${whole.bound.name}" is missed first`)
  if (reason !== undefined) parts.push(reason)
  if (whole.stuck) parts.push(`it did not come back after ${rate(whole.stuck.afterPerSecond)}`)
  if (whole.changed.length > 0) parts.push('the system changed while it was measured')
  if (overload?.recovers === false) parts.push('too much load broke it, and it did not come back')
  if (safePeak && safePeak.of !== 'the whole system')
    parts.push(`safe peak ${rate(safePeak.ratePerSecond)} (${safePeak.of})`)
  if (atLeast) {
    const asked = rate(atLeast.askedPerSecond)
    const told = {
      yes: `${asked} is carried`,
      no: `${asked} is not carried`,
      open: `nobody can tell whether ${asked} is`,
    }
    const of = atLeast.of === undefined || atLeast.of === 'the whole system' ? '' : ` ${atLeast.of}`
    parts.push(`${told[atLeast.holds]}${of}`)
  }
  return parts.join('; ')
}
