import type {RunRecord} from '../run/record.js'
import {formatPercent} from '../scenarios/quantities.js'
import {phaseNames} from '../scenarios/scenario.js'
import type {Observations} from './observations.js'
import {type LoadSecond, secondsIn} from './seconds.js'
import {hadSockets} from './validity-generator.js'
import type {ValidityCheck} from './verdict.js'
import {count, list, percent} from './words.js'

/** A second in which the generator used more than this share of its one core was the generator's limit, not the target's. */
const mostCpu = 0.95
/** Or in which its event loop came this many ms late to what had arrived, one time in a hundred: that is in its latencies. */
const mostDelayMs = 50
/** One second in ten may be: a garbage collection is no bottleneck. */
const mostBusySeconds = 0.1

/** Whether requests were sent as answers came: no number was planned, and none came due at a time. */
export const isClosedLoop = ({header}: RunRecord): boolean => {
  const {streams} = header.plan.scenario.load
  return streams.length > 0 && streams.every(({profile}) => profile.kind === 'connections')
}

/** Whether a closed loop's load was there in every phase, and was the target's limit and not the generator's. */
export const closedLoopChecks = (observed: Observations): ValidityCheck[] => [
  arrived(observed),
  notTheBottleneck(observed),
  ...hadSockets(observed),
]

const isBusy = ({health: {cpu, loopDelayMs}}: LoadSecond): boolean =>
  (cpu ?? 0) > mostCpu || (loopDelayMs?.p99 ?? 0) > mostDelayMs

/** With every connection waiting, nothing is sent, which is no load. */
const arrived = ({record, windows}: Observations): ValidityCheck => {
  const name = 'load in every phase'
  const sent = phaseNames.flatMap((phase) => {
    const window = windows[phase]
    if (window === undefined) return []
    const requests = secondsIn(record.load, window).flatMap((second) => Object.values(second.requests))
    return [{phase, sent: requests.reduce((sum, request) => sum + request.sent, 0)}]
  })
  const without = sent.filter((one) => one.sent === 0).map(({phase}) => phase)
  if (sent.length === 0) return {name, ok: false, message: 'no phase was judged'}
  if (without.length > 0) {
    const message = `no request was sent in the ${list(without)} phase: every connection waited for an answer`
    return {name, ok: false, message}
  }
  const inWords = sent.map((one) => `${count(one.sent)} in the ${one.phase} phase`)
  return {name, ok: true, message: `requests were sent as answers came (closed loop): ${list(inWords)}`}
}

const notTheBottleneck = ({record, windows}: Observations): ValidityCheck => {
  const name = 'generator not the bottleneck'
  const limit = `the limit is ${percent(mostCpu)} of its core and ${mostDelayMs} ms (p99) of delay, but for ${formatPercent(mostBusySeconds)} of the seconds`
  const busy = phaseNames.flatMap((phase) => {
    const seconds = windows[phase] ? secondsIn(record.load, windows[phase]) : []
    const share = seconds.filter(isBusy).length / Math.max(1, seconds.length)
    return share > mostBusySeconds ? [`in ${percent(share)} of the seconds of the ${phase} phase`] : []
  })
  if (busy.length === 0) return {name, ok: true, message: `the generator had time to spare; ${limit}`}
  const message = `the generator had no time to spare ${list(busy)}: the target may carry more; ${limit}`
  return {name, ok: false, message}
}
