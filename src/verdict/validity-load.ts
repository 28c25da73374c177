import {expectedRequests, rateAt} from '../plan/rates.js'
import {formatPercent} from '../scenarios/quantities.js'
import {phaseNames} from '../scenarios/scenario.js'
import {breakpointOf} from './breakpoint.js'
import {stoppedEarlyMs} from './early/timing.js'
import type {Observations} from './observations.js'
import {type LoadSecond, secondsIn} from './seconds.js'
import {closedLoopChecks, isClosedLoop} from './validity-closed-loop.js'
import {generatorChecks} from './validity-generator.js'
import type {ValidityCheck} from './verdict.js'
import {count, percent} from './words.js'

/** Of the sends that were due, this share must have been made. */
const leastSent = 0.99
/** The sends that were due may differ this much from the plan, as a share; and by chance, see below. */
const mostOffPlan = 0.01
/** A load is told to stop this much later than why was seen, at the longest. */
const mostStopSeconds = 1

/** Whether the load was there, as planned and on time. */
export const loadChecks = (observed: Observations): ValidityCheck[] => {
  const {load, events} = observed.record
  const sent = load.reduce((sum, second) => sum + totalOf(second, 'sent'), 0)
  if (!events.some(({event}) => event === 'load-started') || sent === 0) {
    return [{name: 'load started', ok: false, message: 'no request was sent'}]
  }
  const started = {name: 'load started', ok: true, message: `${count(sent)} requests were sent`}
  if (isClosedLoop(observed.record)) return [started, ...closedLoopChecks(observed)]
  return [started, ...planned(observed), arrived(observed), ...generatorChecks(observed)]
}

const totalOf = ({requests}: LoadSecond, field: 'due' | 'sent' | 'skipped'): number =>
  Object.values(requests).reduce((sum, request) => sum + request[field], 0)

const judgedSeconds = ({record, windows}: Observations): LoadSecond[] =>
  phaseNames.flatMap((phase) => (windows[phase] ? secondsIn(record.load, windows[phase]) : []))

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
  const {rates} = record.header.plan
  const stopMs = breakpointOf(record)?.atMs ?? stoppedEarlyMs(record)
  const startedMs = record.events.find(({event}) => event === 'load-started')?.atMs ?? 0
  const untilMs = stopMs === undefined ? Number.POSITIVE_INFINITY : stopMs - startedMs
  const asked = expectedRequests(rates, 0, untilMs)
  const {due, what} = cameDue(record.load)
  // Arrivals at random vary by the square root of their number (Poisson): three of those are chance.
  // The stop of a load takes effect a little after, or before, it is written down.
  const atTheEnd = stopMs === undefined ? 0 : rateAt(rates, untilMs) * mostStopSeconds
  const limit = Math.max(mostOffPlan * asked, 3 * Math.sqrt(asked)) + atTheEnd
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
