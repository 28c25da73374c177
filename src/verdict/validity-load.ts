import type {RateSegment} from '../plan/plan.js'
import {formatPercent} from '../scenarios/quantities.js'
import {phaseNames} from '../scenarios/scenario.js'
import type {Observations} from './observations.js'
import {type LoadSecond, secondsIn} from './seconds.js'
import {closedLoopChecks, isClosedLoop} from './validity-closed-loop.js'
import type {ValidityCheck} from './verdict.js'
import {count, list, percent} from './words.js'

/** Of the sends that were due, this share must have been made. */
const leastSent = 0.99
/** The sends that were due may differ this much from the plan, as a share; and by chance, see below. */
const mostOffPlan = 0.01
/** A second is late when its slowest hundredth was sent this many ms after its time. */
const mostLateMs = 50
/** One second in ten may be late: a garbage collection is no bottleneck. */
const mostLateSeconds = 0.1

/** Whether the load was there, as planned and on time. */
export const loadChecks = (observed: Observations): ValidityCheck[] => {
  const {load, events} = observed.record
  const sent = load.reduce((sum, second) => sum + totalOf(second, 'sent'), 0)
  if (!events.some(({event}) => event === 'load-started') || sent === 0) {
    return [{name: 'load started', ok: false, message: 'no request was sent'}]
  }
  const started = {name: 'load started', ok: true, message: `${count(sent)} requests were sent`}
  if (isClosedLoop(observed.record)) return [started, ...closedLoopChecks(observed)]
  return [started, ...planned(observed), arrived(observed), onTime(observed)]
}

const totalOf = ({requests}: LoadSecond, field: 'due' | 'sent' | 'skipped'): number =>
  Object.values(requests).reduce((sum, request) => sum + request[field], 0)

const judgedSeconds = ({record, windows}: Observations): LoadSecond[] =>
  phaseNames.flatMap((phase) => (windows[phase] ? secondsIn(record.load, windows[phase]) : []))

/** The integral of the rates: linear within each segment. */
const plannedCount = (rates: readonly RateSegment[]): number =>
  rates.reduce(
    (sum, {startMs, endMs, fromPerSecond, toPerSecond}) =>
      sum + (((fromPerSecond + toPerSecond) / 2) * (endMs - startMs)) / 1000,
    0,
  )

/** What came due of the plan: its arrivals, each of which may be a flow of several requests; the requests where an engine tells no arrivals. */
const cameDue = (load: readonly LoadSecond[]): {due: number; what: string} => {
  const flows = load.some((second) => second.flows !== undefined)
  return {
    due: load.reduce((sum, second) => sum + (second.arrivals ?? totalOf(second, 'due')), 0),
    what: flows ? 'arrivals' : 'requests',
  }
}

/** Compares with the plan; only a run that went to its end had the time to send it all. */
const planned = ({record}: Observations): ValidityCheck[] => {
  if (record.end?.ended !== 'completed') return []
  const asked = plannedCount(record.header.plan.rates)
  const {due, what} = cameDue(record.load)
  // Arrivals at random vary by the square root of their number (Poisson): three of those are chance.
  const limit = Math.max(mostOffPlan * asked, 3 * Math.sqrt(asked))
  return [
    {
      name: 'load as planned',
      ok: Math.abs(due - asked) <= limit,
      message: `${count(due)} ${what} came due, ${count(Math.round(asked))} ± ${count(Math.round(limit))} were planned`,
    },
  ]
}

const arrived = (observed: Observations): ValidityCheck => {
  const seconds = judgedSeconds(observed)
  const due = seconds.reduce((sum, second) => sum + totalOf(second, 'due'), 0)
  const sent = seconds.reduce((sum, second) => sum + totalOf(second, 'sent'), 0)
  const share = due === 0 ? 0 : sent / due
  const limit = `at least ${formatPercent(leastSent)} must be`
  const message =
    due === 0
      ? 'no request came due in the judged phases'
      : `${percent(share)} of the requests due were sent, ${limit}; ${count(due - sent)} were skipped`
  return {name: 'load arrived', ok: share >= leastSent, message}
}

/** A generator that is late measures itself. Judged phase by phase, so that a long baseline hides no late fault phase. */
const onTime = ({record, windows}: Observations): ValidityCheck => {
  const late: string[] = []
  let worst = 0
  for (const phase of phaseNames) {
    const window = windows[phase]
    const lateness = (window ? secondsIn(record.load, window) : []).map(
      ({health}) => health.latenessMs?.p99 ?? 0,
    )
    const share = lateness.filter((p99) => p99 > mostLateMs).length / Math.max(1, lateness.length)
    worst = Math.max(worst, share)
    if (share > mostLateSeconds) late.push(`in ${percent(share)} of the seconds of the ${phase} phase`)
  }
  const limit = `p99 of lateness at most ${mostLateMs} ms, but for ${formatPercent(mostLateSeconds)} of the seconds`
  return late.length > 0
    ? {
        name: 'generator on time',
        ok: false,
        message: `requests were sent late ${list(late)}; the limit is ${limit}`,
      }
    : {
        name: 'generator on time',
        ok: true,
        message: `late in at most ${percent(worst)} of the seconds; the limit is ${limit}`,
      }
}
