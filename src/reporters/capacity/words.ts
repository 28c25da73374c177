import type {Finding} from '../../capacity/finding.js'
import {rate} from '../../capacity/rate.js'
import type {CapacityResult} from '../../capacity/result.js'
import {searchedIn} from '../../capacity/searched.js'
import type {Trial} from '../../capacity/trial.js'
import {formatDuration} from '../../scenarios/quantities.js'
import {count, percent} from '../../verdict/words.js'

/** "1,200/s to 1,290/s", "at least 900/s", "less than 10/s". */
export const between = ({lower, upper}: Pick<Finding, 'lower' | 'upper'>): string => {
  if (lower !== undefined && upper !== undefined) return `${rate(lower)} to ${rate(upper)}`
  if (lower !== undefined) return `at least ${rate(lower)}`
  return upper !== undefined ? `less than ${rate(upper)}` : 'unknown'
}

const outcomes: Record<Trial['outcome'], string> = {
  good: 'held',
  bad: 'missed',
  generator: 'generator late',
  unknown: 'no data',
}

const latency = (ms: number | undefined): string =>
  ms === undefined ? 'no answer' : `p99 ${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`

/** One trial as it goes by: "whole: confirm at 480/s: held, p99 12 ms". */
export const trialInWords = (leg: string, trial: Trial): string => {
  const {purpose, ratePerSecond, attempt, outcome, bound, seen} = trial
  const again = attempt > 1 ? `, attempt ${attempt}` : ''
  const missed = bound === undefined ? '' : ` ("${bound}")`
  const lost = seen && seen.lostShare > 0 ? `, ${percent(seen.lostShare)} lost` : ''
  return `${leg}: ${purpose} at ${rate(ratePerSecond)}${again}: ${outcomes[outcome]}${missed}, ${latency(seen?.latencyMs?.p99)}${lost}`
}

/** Heads and rows of what was tried. */
export const tableHeads = ['rate', 'held', 'missed', 'seconds', 'p99', 'lost', 'is', 'missed first'] as const

export const tableRows = ({table, trials}: Finding): string[][] =>
  table.map(({ratePerSecond, good, bad, seconds, kind, bound}) => {
    const seen = searchedIn(trials).filter((trial) => trial.ratePerSecond === ratePerSecond)
    const worst = Math.max(...seen.map(({seen: figures}) => figures?.latencyMs?.p99 ?? 0))
    const lost = Math.max(0, ...seen.map(({seen: figures}) => figures?.lostShare ?? 0))
    const is = kind === 'lower' ? 'carried' : kind === 'upper' ? 'too much' : 'undecided'
    const p99 = worst > 0 ? `${worst < 10 ? worst.toFixed(1) : Math.round(worst)} ms` : '–'
    return [
      rate(ratePerSecond),
      String(good),
      String(bad),
      seconds.toFixed(0),
      p99,
      percent(lost),
      is,
      bound ?? '',
    ]
  })

/** Heads and rows of the table of what is left when something is gone. */
export const legHeads = ['with what missing', 'carries', 'of the whole', 'the dip while it goes'] as const

const carriedUnder = (finding: Finding, bit: 'yes' | 'unknown' | undefined): string =>
  bit === 'yes' ? between(finding) : 'unknown whether it took effect'

export const legRows = ({legs}: CapacityResult): string[][] =>
  legs.map(({name, finding, leftShare, dip, missing, bit}) => {
    const carries =
      missing ??
      (bit === 'no' ? 'it did not take effect' : finding ? carriedUnder(finding, bit) : 'not measured')
    const fell = dip
      ? dip.lost === 0
        ? `none at ${rate(dip.ratePerSecond)}`
        : `${count(dip.lost)} requests lost in ${formatDuration(Math.round(dip.lastedMs / 100) * 100)}, down to ${percent(dip.lowestShare)} at ${rate(dip.ratePerSecond)}`
      : '–'
    return [name, carries, leftShare === undefined ? '–' : percent(leftShare), fell]
  })

/** What becomes of too much load, in a sentence; nothing where that was not asked for. */
export const overloadInWords = ({overload, overloadMissing}: CapacityResult): string | undefined => {
  if (overloadMissing !== undefined) return `not tried: ${overloadMissing}`
  if (!overload || overload.points.length === 0) return undefined
  const points = overload.points.map(
    ({multiple, goodPerSecond}) => `${rate(goodPerSecond)} good at ${multiple} times the capacity`,
  )
  const kind =
    overload.kind === undefined
      ? ''
      : `; it ${overload.kind} (${percent(overload.ratio ?? 0)} of the best is left)`
  const {recovers, recovery} = overload
  const at = recovery ? ` ${rate(recovery.ratePerSecond)}` : ''
  const within =
    recovery?.withinMs === undefined
      ? ''
      : ` within ${formatDuration(Math.round(recovery.withinMs / 1000) * 1000)}`
  const after =
    recovers === undefined
      ? ''
      : recovers
        ? `; after it,${at} is carried again${within}`
        : `; after it, not even${at} is carried${within}`
  return `${points.join(', ')}${kind}${after}`
}

/** Sentences about how far the interval can be trusted. */
export const remarksOn = (finding: Finding): string[] => {
  const {instability, inversion, changed, confirmed, lower, stuck, ended, trials} = finding
  return [
    ...(stuck
      ? [
          `after ${rate(stuck.afterPerSecond)} it did not come back: ${rate(stuck.ratePerSecond)}, carried before, failed again and again${ended === 'stuck' ? ', and the search was given up' : ''}; put the system right before anything else`,
        ]
      : []),
    ...(ended === 'fails-at-lowest' && trials.length > 0
      ? [
          `nothing above ${rate(Math.max(...trials.map(({ratePerSecond}) => ratePerSecond)))} was tried: where it gets better with load (a cache that must be kept warm, say), give a higher --start`,
        ]
      : []),
    ...(lower !== undefined && !confirmed ? ['the lower bound was not confirmed by a long trial'] : []),
    ...(instability.length > 0
      ? [
          `${instability.length === 1 ? 'one trial' : `${instability.length} trials`} failed and held when repeated (at ${instability.map(({ratePerSecond}) => rate(ratePerSecond)).join(', ')}): stalls that come seldom are not in the capacity`,
        ]
      : []),
    ...(inversion
      ? [
          `${rate(inversion.failedPerSecond)} failed and ${rate(inversion.heldPerSecond)} held: it gets better with load (a cold cache, say), so the capacity holds for a warm system only`,
        ]
      : []),
    ...changed,
  ]
}
