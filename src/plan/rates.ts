import type {Profile} from '../scenarios/scenario.js'
import type {RateSegment} from './plan.js'

/** Where the rate stands at a time; two points at the same time are a jump. */
interface Point {
  atMs: number
  perSecond: number
}

/** The corners of the profile's line. Before the first and after the last, the rate holds. */
const corners = (profile: Profile, durationMs: number): Point[] => {
  switch (profile.kind) {
    case 'constant':
      return [{atMs: 0, perSecond: profile.ratePerSecond}]
    case 'ramp':
      return [
        {atMs: 0, perSecond: profile.fromPerSecond},
        {atMs: profile.durationMs ?? durationMs, perSecond: profile.toPerSecond},
      ]
    case 'steps': {
      let startMs = 0
      return profile.steps.flatMap(({ratePerSecond: perSecond, durationMs: stepMs}) => {
        const atMs = startMs
        startMs += stepMs
        return [
          {atMs, perSecond},
          {atMs: startMs, perSecond},
        ]
      })
    }
    case 'spike': {
      const {basePerSecond, peakPerSecond, atMs} = profile
      const endMs = atMs + profile.durationMs
      return [
        {atMs, perSecond: basePerSecond},
        {atMs, perSecond: peakPerSecond},
        {atMs: endMs, perSecond: peakPerSecond},
        {atMs: endMs, perSecond: basePerSecond},
      ]
    }
    case 'soak':
      return [
        {atMs: 0, perSecond: profile.rampMs > 0 ? 0 : profile.ratePerSecond},
        {atMs: profile.rampMs, perSecond: profile.ratePerSecond},
      ]
    case 'breakpoint':
      return [
        {atMs: 0, perSecond: profile.fromPerSecond},
        {atMs: profile.durationMs ?? durationMs, perSecond: profile.toPerSecond},
      ]
    case 'replay': {
      const steps = profile.perSecond.flatMap((perSecond, second) => [
        {atMs: second * 1000, perSecond},
        {atMs: (second + 1) * 1000, perSecond},
      ])
      // What the log does not reach has no load: the last rate is not held.
      return [...steps, {atMs: profile.perSecond.length * 1000, perSecond: 0}]
    }
    case 'connections':
      return []
  }
}

/** The part of a segment before `endMs`; the rate at the cut lies on its line. */
const cutAt = (segment: RateSegment, endMs: number): RateSegment => {
  if (segment.endMs <= endMs) return segment
  const share = (endMs - segment.startMs) / (segment.endMs - segment.startMs)
  const toPerSecond = segment.fromPerSecond + share * (segment.toPerSecond - segment.fromPerSecond)
  return {...segment, endMs, toPerSecond}
}

/** The profile over `[0, durationMs]`: gapless, linear within a segment, the last rate held to the end. */
export const ratesOf = (profile: Profile, durationMs: number): RateSegment[] => {
  const points = corners(profile, durationMs)
  if (points.length === 0) return []
  const first = points.at(0)?.perSecond ?? 0
  const last = points.at(-1)?.perSecond ?? 0
  const line = [{atMs: 0, perSecond: first}, ...points, {atMs: durationMs, perSecond: last}]
  return line
    .slice(1)
    .map(({atMs: endMs, perSecond: toPerSecond}, index) => {
      const from = line[index] ?? {atMs: 0, perSecond: first}
      return {startMs: from.atMs, endMs, fromPerSecond: from.perSecond, toPerSecond}
    })
    .filter(({startMs, endMs}) => endMs > startMs && startMs < durationMs)
    .map((segment) => cutAt(segment, durationMs))
}

/** The rates with a share of them between two times: cut at both, and nothing else changed. */
export const dipped = (
  rates: readonly RateSegment[],
  dip: {startMs: number; endMs: number; share: number} | undefined,
): RateSegment[] => {
  if (dip === undefined) return [...rates]
  const {startMs: fromMs, endMs: toMs, share} = dip
  return rates.flatMap((segment) => {
    const edges = [fromMs, toMs].filter((atMs) => segment.startMs < atMs && atMs < segment.endMs)
    const times = [segment.startMs, ...edges, segment.endMs]
    return times.slice(1).map((endMs, index): RateSegment => {
      const startMs = times[index] ?? segment.startMs
      const factor = startMs >= fromMs && startMs < toMs ? share : 1
      return {
        startMs,
        endMs,
        fromPerSecond: factor * between(segment, startMs),
        toPerSecond: factor * between(segment, endMs),
      }
    })
  })
}

const between = ({startMs, endMs, fromPerSecond, toPerSecond}: RateSegment, atMs: number): number =>
  fromPerSecond + ((atMs - startMs) / (endMs - startMs)) * (toPerSecond - fromPerSecond)

/** The offered rate at an offset, per second; 0 where there is none. */
export const rateAt = (rates: readonly RateSegment[], atMs: number): number => {
  const segment = rates.find(({startMs, endMs}) => startMs <= atMs && atMs < endMs)
  return segment === undefined ? 0 : between(segment, atMs)
}

/** How many requests are due in `[fromMs, toMs)`: the area under the rates (trapezes, exact for linear segments). */
export const expectedRequests = (
  rates: readonly RateSegment[],
  fromMs = 0,
  toMs = Number.POSITIVE_INFINITY,
): number =>
  rates.reduce((sum, segment) => {
    const startMs = Math.max(fromMs, segment.startMs)
    const endMs = Math.min(toMs, segment.endMs)
    if (endMs <= startMs) return sum
    const meanPerSecond = (between(segment, startMs) + between(segment, endMs)) / 2
    return sum + (meanPerSecond * (endMs - startMs)) / 1000
  }, 0)

/** The rates of several streams added up: gapless over the same time, linear within a segment. */
export const sumOfRates = (all: readonly (readonly RateSegment[])[]): RateSegment[] => {
  if (all.length === 1) return [...(all[0] ?? [])]
  const times = [...new Set(all.flat().flatMap(({startMs, endMs}) => [startMs, endMs]))].sort((a, b) => a - b)
  return times.slice(1).map((endMs, index) => {
    const startMs = times[index] ?? 0
    const covering = all.flatMap((rates) => {
      const segment = rates.find((one) => one.startMs <= startMs && one.endMs >= endMs)
      return segment ? [segment] : []
    })
    const sumAt = (atMs: number): number => covering.reduce((sum, segment) => sum + between(segment, atMs), 0)
    return {startMs, endMs, fromPerSecond: sumAt(startMs), toPerSecond: sumAt(endMs)}
  })
}
