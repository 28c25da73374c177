import {formatPercent} from '../scenarios/quantities.js'
import {phaseNames} from '../scenarios/scenario.js'
import type {Observations} from './observations.js'
import {type LoadSecond, secondsIn} from './seconds.js'
import type {ValidityCheck} from './verdict.js'
import {count, list, percent} from './words.js'

/** A second is late when its slowest hundredth was sent this many ms after its time. */
const mostLateMs = 50
/** One second in ten may be late: a garbage collection is no bottleneck. */
const mostLateSeconds = 0.1
/** Requests that found no socket on the generator's own machine, as a share of those sent. */
const mostLocal = 0.001
/** Shorter pauses are not told among the reasons. */
const tellingMs = 10

/** Whether the generator measured the target and not itself. */
export const generatorChecks = (observed: Observations): ValidityCheck[] => [
  onTime(observed),
  ...hadSockets(observed),
]

/** The largest of what is known; nothing when that is too small to have made a request late. */
const largest = (values: readonly (number | undefined)[], atLeast = 0): number | undefined => {
  const known = values.filter((value) => value !== undefined).filter((value) => value >= atLeast)
  return known.length === 0 ? undefined : Math.max(...known)
}

const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`

/** What the late seconds have in common, as far as the engine watched itself. */
const circumstances = (late: readonly LoadSecond[]): string => {
  const health = late.map((second) => second.health)
  const told = [
    [largest(health.map(({cpu}) => cpu)), (cpu: number) => `it used up to ${percent(cpu)} of a core`],
    [
      largest(health.map(({machineCpu}) => machineCpu)),
      (share: number) => `the machine was up to ${percent(share)} busy`,
    ],
    [
      largest(
        health.map(({loopDelayMs}) => loopDelayMs?.max),
        tellingMs,
      ),
      (ms: number) => `its event loop stood still for up to ${milliseconds(ms)}`,
    ],
    [
      largest(
        health.map(({gcMs}) => gcMs),
        tellingMs,
      ),
      (ms: number) => `garbage collection took up to ${milliseconds(ms)} of a second`,
    ],
  ] as const
  return list(told.flatMap(([value, words]) => (value === undefined ? [] : [words(value)])))
}

/** A generator that is late measures itself. Judged phase by phase, so that a long baseline hides no late fault phase. */
const onTime = ({record, windows}: Observations): ValidityCheck => {
  const name = 'generator on time'
  const limit = `p99 of lateness at most ${mostLateMs} ms, but for ${formatPercent(mostLateSeconds)} of the seconds`
  const where: string[] = []
  const lateSeconds: LoadSecond[] = []
  let worst = 0
  let told = false
  for (const phase of phaseNames) {
    const window = windows[phase]
    const seconds = (window ? secondsIn(record.load, window) : []).filter(
      ({health}) => health.latenessMs !== undefined,
    )
    const late = seconds.filter(({health}) => (health.latenessMs?.p99 ?? 0) > mostLateMs)
    const share = late.length / Math.max(1, seconds.length)
    told ||= seconds.length > 0
    worst = Math.max(worst, share)
    if (share <= mostLateSeconds) continue
    where.push(`in ${percent(share)} of the seconds of the ${phase} phase`)
    lateSeconds.push(...late)
  }
  if (!told) return {name, ok: true, message: 'the engine does not tell how late it sent'}
  if (where.length === 0)
    return {
      name,
      ok: true,
      message: `late in at most ${percent(worst)} of the seconds; the limit is ${limit}`,
    }
  const message = `the generator was the bottleneck: requests were sent late ${list(where)}; the limit is ${limit}; ${circumstances(lateSeconds)}`
  return {name, ok: false, message}
}

/** Only told when it happened: it is no failure of the target. */
export const hadSockets = ({record}: Observations): ValidityCheck[] => {
  const requests = record.load.flatMap((second) => Object.values(second.requests))
  const sent = requests.reduce((sum, request) => sum + request.sent, 0)
  const local = requests.reduce((sum, {failed}) => sum + (failed.local ?? 0), 0)
  if (local === 0) return []
  return [
    {
      name: 'generator had sockets',
      ok: local <= mostLocal * sent,
      message: `${count(local)} of ${count(sent)} requests found no free socket on the machine that sends, at most ${formatPercent(mostLocal)} may`,
    },
  ]
}
