import type autocannon from 'autocannon'
import {messageOf} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import type {Profile} from '../../scenarios/scenario.js'
import type {LoadTotals} from '../engine.js'
import {startHealthMeter} from '../pacer/thread-health.js'
import {createConnections, type Shared} from './connections.js'
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

/** All connections, which fire from `begin` to `close`. */
const createFiring = (
  {fire, profile, deck}: Prepared,
  shared: Shared,
  onUncountable: (reason: string) => void,
) => {
  const {all, options} = createConnections(profile, deck, shared)
  let sweep: NodeJS.Timeout | undefined
  const eachOf = (act: (connection: (typeof all)[number]) => void) => (): void => all.forEach(act)
  return {
    begin: (): void => {
      sweep = setInterval(
        eachOf((connection) => connection.expire(shared.now())),
        sweepMs,
      )
      // Its own result is not read, but a failure to start must not go unseen.
      Promise.resolve(fire(options)).catch((cause: unknown) => onUncountable(messageOf(cause)))
    },
    giveUp: eachOf((connection) => connection.giveUp()),
    close: (): void => {
      clearInterval(sweep)
      for (const connection of all) connection.close()
    },
  }
}

/** start ── every connection sends and waits, again and again ── end of the plan, or stop ── last one settles ── done */
const startLoad = (prepared: Prepared, {startAtMs, now}: LoadStart, reports: LoadReports): LoadRun => {
  const lastSecond = Math.ceil(prepared.durationMs / 1000) - 1
  const tally = createTally(prepared.deck.names, {startAtMs, lastSecond}, reports)
  const health = startHealthMeter(true)
  let over = false
  let done = false
  let grace: NodeJS.Timeout | undefined
  const inFlight = (): number => tally.totals.sent - tally.totals.answered - tally.totals.failed
  const finishWhenIdle = (): void => {
    if (!over || done || inFlight() > 0) return
    done = true
    clearTimeout(grace)
    seconds.stop()
    health.stop()
    firing.close()
    reports.onDone(tally.totals)
  }
  const shared = {tally, now, isOver: () => over, onSettled: finishWhenIdle}
  const firing = createFiring(prepared, shared, reports.onUncountable)
  const closeThrough = (index: number): void =>
    tally.secondsOver(Math.min(lastSecond, index), {...health.read(), inFlight: inFlight()})
  const drain = (): void => {
    over = true
    closeThrough(Math.floor(now() / 1000))
    finishWhenIdle()
  }
  const secondPassed = (index: number): void => {
    tally.live(startAtMs + (index + 1) * 1000, inFlight())
    closeThrough(index)
  }
  const steps = {now, begin: firing.begin, secondPassed, planPassed: drain}
  const seconds = startSeconds(prepared.durationMs, steps)
  const stop = (graceMs: number): void => {
    seconds.stop()
    drain()
    clearTimeout(grace)
    if (!done) grace = setTimeout(firing.giveUp, Math.max(0, graceMs))
  }
  return {stop}
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
