import {expectedRequests} from '../plan/rates.js'
import type {TrialSeen} from '../run/trials/send-trial.js'
import {type LoadSecond, secondsIn} from '../verdict/seconds.js'
import {count} from '../verdict/words.js'
import type {Trial} from './trial.js'

/** What came due may be this much less than what was asked for, as a share; and by chance, see below. */
const mostShort = 0.01

/** The stretch of a window that its seconds tell of, epoch ms: the first one may begin a little into it. */
export const countedStretch = (
  seconds: readonly LoadSecond[],
  {startMs, endMs}: TrialSeen['window'],
): TrialSeen['window'] => {
  const first = seconds[0]?.startMs ?? startMs
  return {startMs: first - startMs < 1000 ? first : startMs, endMs}
}

const arrivalsIn = ({arrivals, requests}: LoadSecond): number =>
  arrivals ?? Object.values(requests).reduce((sum, {due}) => sum + due, 0)

/**
 * Why a trial was not the load that was asked for: arrivals that a generator never came to are neither sent nor lost, and
 * what is left of them holds at any rate. Undefined where all of them came due.
 */
export const shortLoad = ({
  plan,
  load,
  window,
  startedMs,
}: TrialSeen): (Pick<Trial, 'bound' | 'message'> & {outcome: 'generator' | 'unknown'}) | undefined => {
  const seconds = secondsIn(load, window)
  const due = seconds.reduce((sum, second) => sum + arrivalsIn(second), 0)
  const {startMs, endMs} = countedStretch(seconds, window)
  const asked = expectedRequests(plan.rates, startMs - startedMs, endMs - startedMs)
  // Arrivals at random vary by the square root of their number (Poisson): three of those are chance.
  const limit = Math.max(mostShort * asked, 3 * Math.sqrt(asked))
  const isShort = asked - due > limit
  if (!isShort && due > 0) return undefined
  const message = `${count(due)} arrivals came due, ${count(Math.round(asked))} were asked for, at most ${count(Math.round(limit))} fewer may be: the generator did not send the load`
  return {outcome: isShort ? 'generator' : 'unknown', bound: 'load as planned', message}
}
