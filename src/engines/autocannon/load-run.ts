import type autocannon from 'autocannon'
import {messageOf} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import type {Profile} from '../../scenarios/scenario.js'
import type {LoadTotals} from '../engine.js'
import {startHealthMeter} from '../pacer/thread-health.js'
import {createConnections} from './connections.js'
import {type Deck, deckOf} from './draw.js'
import {startSeconds} from './seconds.js'
import {createTally, type TallyReports} from './tally.js'

/** Whom a run tells. */
export interface LoadReports extends TallyReports {
  onDone: (totals: LoadTotals) => void
  onUncountable: (reason: string) => void
}

/** When a run starts, and by which clock. */
export interface LoadStart {
  /** Epoch ms of the start, to label seconds with. */
  startAtMs: number
  /** Milliseconds since the start by a monotonic clock; negative before it. */
  now: () => number
}

/** Load that is being sent. */
export interface LoadRun {
  /** Sends nothing more, waits up to `graceMs` for what is in flight, gives up the rest as `aborted`. */
  stop(graceMs: number): void
}

/** What stands before the start. `fire` is autocannon. */
interface Prepared {
  fire: typeof autocannon
  durationMs: number
  profile: Extract<Profile, {kind: 'connections'}>
  deck: Deck
}

/** How often time-outs are looked for: a request may wait this much longer than its limit. */
const sweepMs = 10

/** start ── every connection sends and waits, again and again ── end of the plan, or stop ── last one settles ── done */
const startLoad = (prepared: Prepared, {startAtMs, now}: LoadStart, reports: LoadReports): LoadRun => {
  const {fire, durationMs, profile, deck} = prepared
  const tally = createTally(deck.names, startAtMs, reports)
  const health = startHealthMeter(true)
  const lastSecond = Math.ceil(durationMs / 1000) - 1
  const timers: {grace?: NodeJS.Timeout; sweep?: NodeJS.Timeout} = {}
  let over = false
  let done = false

  const inFlight = (): number => tally.totals.sent - tally.totals.answered - tally.totals.failed
  const finishWhenIdle = (): void => {
    if (!over || done || inFlight() > 0) return
    done = true
    clearTimeout(timers.grace)
    clearInterval(timers.sweep)
    seconds.stop()
    health.stop()
    for (const connection of all) connection.close()
    reports.onDone(tally.totals)
  }
  const shared = {tally, now, isOver: () => over, onSettled: finishWhenIdle}
  const {all, options} = createConnections(profile, deck, shared)
  const closeThrough = (index: number): void =>
    tally.secondsOver(Math.min(lastSecond, index), {...health.read(), inFlight: inFlight()})
  const drain = (): void => {
    over = true
    closeThrough(Math.floor(now() / 1000))
    finishWhenIdle()
  }
  const begin = (): void => {
    const expire = (): void => {
      for (const connection of all) connection.expire(now())
    }
    timers.sweep = setInterval(expire, sweepMs)
    // Its own result is not read, but a failure to start must not go unseen.
    Promise.resolve(fire(options)).catch((cause: unknown) => reports.onUncountable(messageOf(cause)))
  }
  const secondPassed = (index: number): void => {
    tally.live(startAtMs + (index + 1) * 1000, inFlight())
    closeThrough(index)
  }
  const seconds = startSeconds(durationMs, {now, begin, secondPassed, planPassed: drain})
  return {
    stop: (graceMs) => {
      seconds.stop()
      drain()
      clearTimeout(timers.grace)
      const giveUp = (): void => {
        for (const connection of all) connection.giveUp()
      }
      if (!done) timers.grace = setTimeout(giveUp, Math.max(0, graceMs))
    },
  }
}

/** Compiles the plan, and returns what starts it. */
export const prepareLoad = (
  fire: typeof autocannon,
  plan: Plan,
): ((start: LoadStart, reports: LoadReports) => LoadRun) => {
  const profile = plan.scenario.load.streams[0]?.profile
  if (profile?.kind !== 'connections') throw new TypeError('autocannon needs a profile of connections')
  const prepared = {fire, durationMs: plan.durationMs, profile, deck: deckOf(plan)}
  return (start, reports) => startLoad(prepared, start, reports)
}
