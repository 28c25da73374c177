import type {TrialSeen} from '../run/trials/send-trial.js'
import {latencyCounts} from '../verdict/latency-counts.js'
import {type LoadSecond, secondsIn} from '../verdict/seconds.js'
import {quantileOf} from '../verdict/statistics/bootstrap.js'
import {countedStretch} from './load-as-planned.js'
import type {TrialFigures} from './trial.js'

/** What the load engine saw in a trial's window. */
export type LoadFigures = Pick<
  TrialFigures,
  | 'offeredPerSecond'
  | 'answeredPerSecond'
  | 'lostShare'
  | 'errorShare'
  | 'latencyMs'
  | 'inFlight'
  | 'generator'
  | 'seconds'
>

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

const countsOf = ({requests, startMs}: LoadSecond): TrialFigures['seconds'][number] => {
  const all = Object.values(requests)
  const answered = all.flatMap((one) => Object.entries(one.answered))
  return {
    atMs: startMs,
    offered: sum(all.map(({due}) => due)),
    answered: sum(answered.map(([, count]) => count)),
    errors: sum(answered.flatMap(([status, count]) => (status.startsWith('5') ? [count] : []))),
    lost: sum(all.map(({skipped, failed}) => skipped + sum(Object.values(failed)))),
  }
}

const latencyOf = (seconds: readonly LoadSecond[]): TrialFigures['latencyMs'] => {
  const pooled = new Map<number, number>()
  for (const second of seconds.flatMap(({requests}) => Object.values(requests))) {
    const {values, counts} = latencyCounts(second)
    for (const [at, value] of values.entries())
      pooled.set(value, (pooled.get(value) ?? 0) + (counts[at] ?? 0))
  }
  if (pooled.size === 0) return undefined
  const order = [...pooled.keys()].sort((one, other) => one - other)
  const ms = (share: number): number => quantileOf(pooled, order, share) / 1000
  return {p50: ms(0.5), p99: ms(0.99), max: (order.at(-1) ?? 0) / 1000}
}

const largest = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}

const healthOf = (seconds: readonly LoadSecond[]): TrialFigures['generator'] => {
  const health = seconds.map((second) => second.health)
  const latenessP99Ms = largest(health.map(({latenessMs}) => latenessMs?.p99))
  const cpu = largest(health.map((one) => one.cpu))
  const machineCpu = largest(health.map(({machineCpu}) => machineCpu))
  return {
    ...(cpu !== undefined && {cpu}),
    ...(latenessP99Ms !== undefined && {latenessP99Ms}),
    ...(machineCpu !== undefined && {machineCpu}),
  }
}

/** What the generator counted in the window; all zero where it sent nothing. */
export const loadFigures = ({load, window, startedMs}: TrialSeen): LoadFigures => {
  const seconds = secondsIn(load, window)
  const counted = seconds.map(countsOf)
  const total = (field: 'offered' | 'answered' | 'errors' | 'lost'): number =>
    sum(counted.map((one) => one[field]))
  const offered = total('offered')
  const inFlight = seconds.map(({health}) => health.inFlight)
  // In flight when the window began: at the end of the second before it.
  const before = load.filter(({startMs}) => startMs >= startedMs && startMs < window.startMs).at(-1)
  const latencyMs = latencyOf(seconds)
  // The last second of a window need not be a whole one.
  const stretch = countedStretch(seconds, window)
  const lengthSeconds = Math.max(1000, stretch.endMs - stretch.startMs) / 1000
  return {
    offeredPerSecond: offered / lengthSeconds,
    answeredPerSecond: total('answered') / lengthSeconds,
    lostShare: offered === 0 ? 0 : total('lost') / offered,
    errorShare: offered === 0 ? 0 : total('errors') / offered,
    ...(latencyMs && {latencyMs}),
    inFlight: {
      start: before?.health.inFlight ?? inFlight[0] ?? 0,
      end: inFlight.at(-1) ?? 0,
      max: Math.max(0, ...inFlight),
    },
    generator: healthOf(seconds),
    seconds: counted,
  }
}
