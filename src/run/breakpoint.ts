import {messageOf} from '../errors.js'
import type {Series} from '../metrics/source.js'
import {settledAfterMs} from '../plan/load-metrics/subject.js'
import type {Plan} from '../plan/plan.js'
import {rateAt} from '../plan/rates.js'
import type {Clock} from '../system/clock.js'
import type {LiveSeries} from './live-series.js'
import type {RunEvent} from './record.js'

/** From when to when, epoch ms. */
export interface Stretch {
  fromMs: number
  toMs: number
}

/** Samples of a recent stretch of a run. */
export interface RecentSamples extends Stretch {
  series: Series[]
  intervalMs: number
  /** Of the load's own metrics, which come as late as its answers; absent while there is no such stretch. */
  ofLoad?: Stretch
}

/** An objective that is missed for certain, and what was counted. */
export interface Breach {
  objective: string
  message: string
  /** End of the stretch in which it was, epoch ms. */
  toMs: number
}

/**
 * Judges the shares of good events of a recent stretch: the first objective that is missed with its own confidence, if
 * any is. A verdict function, handed in so that the arrow stays one way.
 */
export type JudgeRecent = (plan: Plan, recent: RecentSamples) => Breach | undefined

/** A load that rises until something breaks has got there: the run is complete. */
export class LoadBroke extends Error {
  override readonly name = 'LoadBroke'
  readonly objective: string
  readonly ratePerSecond: number
  /** When it was seen, epoch ms; the load is stopped from then on. */
  readonly atMs: number

  constructor({objective, message}: Breach, ratePerSecond: number, atMs: number) {
    super(message)
    this.atMs = atMs
    this.objective = objective
    this.ratePerSecond = ratePerSecond
  }
}

/** Long enough to count some events, short enough that the rate has hardly risen meanwhile. */
const stretchMs = 5_000
const pollMs = 1_000

interface BreakpointWatch {
  plan: Plan
  startedMs: number
  live: LiveSeries
  judge: JudgeRecent
  clock: Clock
  signal: AbortSignal
  record(event: RunEvent): void
  /** Stops the load, and waits for what is in flight. */
  stopLoad(): Promise<void>
}

/** Whether a plan is to end where it breaks. */
const seeksBreakpoint = ({scenario}: Plan): boolean =>
  scenario.load?.streams?.some(({profile}) => profile.kind === 'breakpoint') ?? false

/**
 * Looks once a second at the last seconds of every objective that is a share, from the end of the warm-up on, until the
 * signal aborts. When one is missed for certain, stops the load and throws LoadBroke.
 */
export const watchBreakpoint = async (watch: BreakpointWatch): Promise<void> => {
  const {plan, clock, signal} = watch
  if (!seeksBreakpoint(plan)) return
  await clock.sleep(warmUntilMs(watch) + stretchMs - clock.now(), signal)
  for (let warned = false; ; ) {
    const atMs = clock.now()
    try {
      const breach = watch.judge(plan, await recentSamples(watch, atMs))
      if (breach !== undefined) return await breakOff(watch, breach, atMs)
      warned = false
    } catch (cause) {
      if (cause instanceof LoadBroke) throw cause
      signal.throwIfAborted()
      const message = `the objectives cannot be judged while the load rises: ${messageOf(cause)}`
      if (!warned) watch.record({kind: 'event', atMs, event: 'warning', message})
      warned = true
    }
    await clock.sleep(pollMs, signal)
  }
}

const warmUntilMs = ({plan, startedMs}: BreakpointWatch): number =>
  startedMs + (plan.phases.find(({name}) => name === 'warm-up')?.endMs ?? 0)

const breakOff = async (watch: BreakpointWatch, breach: Breach, atMs: number): Promise<never> => {
  // Not the rate by now: what hangs is known a timeout later, and the load has risen meanwhile.
  const ratePerSecond = rateAt(watch.plan.rates, breach.toMs - watch.startedMs)
  await watch.stopLoad()
  throw new LoadBroke(breach, ratePerSecond, atMs)
}

/** The last seconds of the load that are known, unless they reach into the warm-up or nothing comes any more. */
const stretchOfLoad = (watch: BreakpointWatch, nowMs: number): Stretch | undefined => {
  const toMs = Math.min(nowMs, watch.live.loadUntilMs)
  const fromMs = toMs - stretchMs
  const limitMs = settledAfterMs(watch.plan.scenario.load) + stretchMs
  return fromMs < warmUntilMs(watch) || nowMs - toMs > limitMs ? undefined : {fromMs, toMs}
}

const recentSamples = async (watch: BreakpointWatch, toMs: number): Promise<RecentSamples> => {
  const {live, signal} = watch
  const fromMs = toMs - stretchMs
  const known = await live.upTo(toMs, signal)
  const ofLoad = stretchOfLoad(watch, toMs)
  // Counts need a sample from before the stretch.
  const keptMs = Math.min(fromMs, ofLoad?.fromMs ?? fromMs) - stretchMs
  const all = known.map(({labels, t, v}) => {
    const first = t.findIndex((tMs) => tMs > keptMs)
    return first < 0 ? {labels, t: [], v: []} : {labels, t: t.slice(first), v: v.slice(first)}
  })
  const series = all.filter(({t}) => t.length > 0)
  return {series, intervalMs: live.intervalMs, fromMs, toMs, ...(ofLoad && {ofLoad})}
}
