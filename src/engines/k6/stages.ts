import type {RateSegment} from '../../plan/plan.js'

/** A stage of k6's ramping-arrival-rate: from the rate so far to `target` (per time unit) in a straight line. */
export interface Stage {
  target: number
  duration: string
}

/** How k6 is told the rates of one stream. */
export interface Pace {
  startRate: number
  timeUnit: string
  stages: Stage[]
}

/** k6 takes whole numbers per time unit: in a million seconds, one of them is a millionth of a request per second. */
const longestUnitSeconds = 1_000_000

/**
 * A stage without load after the last: k6 begins to count the length of a scenario a moment before it sends the first
 * request, and would leave out what falls due in the last moment. It does not wait for the end of this one.
 */
const tail: Stage[] = [
  {target: 0, duration: '0s'},
  {target: 0, duration: '2s'},
]

/** Rates such as 0.1 + 0.2 are whole but for their last bits. */
const isWhole = (value: number): boolean =>
  Math.abs(value - Math.round(value)) < (1e-6 * Math.max(1, value)) / 1000

/** The shortest power of ten, in seconds, in which all these rates are whole numbers; the longest when there is none. */
const unitSecondsFor = (perSecond: readonly number[]): number => {
  let seconds = 1
  while (seconds < longestUnitSeconds && !perSecond.every((rate) => isWhole(rate * seconds))) seconds *= 10
  return seconds
}

/** `1500ms`, with the fractions that a cut ramp may have, down to nanoseconds. */
const goDuration = (ms: number): string => `${Math.round(ms * 1e6)}ns`

/**
 * Rates as stages of a ramping-arrival-rate, which sends as many requests as pacer, at the same offsets.
 *
 * k6 begins to count at one: its first request comes when the area under the rates reaches 1, pacer's when the load
 * begins. So the stages begin with ten nanoseconds at nearly 10^8 a second: an area of 0.99999999, after which k6's
 * request n + 1 falls due where pacer's request n does, a 10^-8th of a request later, and as many of them in all.
 */
export const paceOf = (rates: readonly RateSegment[]): Pace => {
  const unitSeconds = unitSecondsFor(
    rates.flatMap(({fromPerSecond, toPerSecond}) => [fromPerSecond, toPerSecond]),
  )
  const perUnit = (perSecond: number): number => Math.round(perSecond * unitSeconds)
  const first = perUnit(99_999_999)
  const stages: Stage[] = [{target: first, duration: '10ns'}]
  let at = first
  for (const {startMs, endMs, fromPerSecond, toPerSecond} of rates) {
    const from = perUnit(fromPerSecond)
    if (from !== at) stages.push({target: from, duration: '0s'})
    at = perUnit(toPerSecond)
    stages.push({target: at, duration: goDuration(endMs - startMs)})
  }
  return {startRate: first, timeUnit: `${unitSeconds}s`, stages: [...stages, ...tail]}
}
