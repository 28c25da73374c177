import type {ToxiproxyClient} from '../clients/toxiproxy.js'
import type {MetricSource} from '../metrics/source.js'
import type {Plan} from '../plan/plan.js'
import type {Clock} from '../system/clock.js'
import type {Workloads} from '../targets/workloads.js'
import {type JudgeRecent, watchBreakpoint} from './breakpoint.js'
import type {Course} from './course.js'
import {watchDip} from './dip-watch.js'
import {type JudgeGuard, watchGuards} from './guards.js'
import type {LiveSeries} from './live-series.js'
import type {ObjectiveState} from './progress.js'
import type {RunEvent} from './record.js'
import {watchReplicas} from './replica-watch.js'
import {type JudgeStanding, watchStanding} from './standing.js'
import {watchClocks} from './world-clocks.js'
import {watchOutside} from './world-guard.js'
import {watchProxies} from './world-proxies.js'

/** What is looked at while a run goes on, and what a look may do about it. */
export interface WatchContext {
  plan: Plan
  /** Epoch ms of the first request. */
  startedMs: number
  metrics: MetricSource
  runId: string
  workloads(): Workloads
  toxiproxy(): ToxiproxyClient
  clock: Clock
  /** Aborts when the run is over, or stops. */
  signal: AbortSignal
  judgeGuard: JudgeGuard
  judgeRecent: JudgeRecent
  judgeStanding: JudgeStanding
  course: Course
  live: LiveSeries
  /** What was recorded so far. */
  events: readonly RunEvent[]
  /** Whether phases end as soon as all that is judged in them is certain. */
  early: boolean
  /** Shows how the objectives of the phase that is on stand. */
  tell(states: ObjectiveState[]): void
  record(event: RunEvent): void
  /** Stops the load, and waits for what is in flight. */
  stopLoad(): Promise<void>
}

/** Looks at one thing until the signal aborts. What it throws stops the run, with that as the reason. */
type Watch = (context: WatchContext) => Promise<void>

const guards: Watch = async ({plan, judgeGuard, ...context}) =>
  await watchGuards({...context, guards: plan.scenario.guards, judge: judgeGuard})

const breakpoint: Watch = async ({judgeRecent, ...context}) =>
  await watchBreakpoint({...context, judge: judgeRecent})

const standing: Watch = async ({judgeStanding, ...context}) =>
  await watchStanding({...context, judge: judgeStanding})

const dip: Watch = async ({judgeStanding, ...context}) => await watchDip({...context, judge: judgeStanding})

const replicas: Watch = async ({plan, workloads, clock, signal, record}) => {
  const inCluster = plan.target.kubernetes !== undefined
  if (inCluster || plan.target.control) await watchReplicas(workloads(), clock, signal, record, {inCluster})
}

const outside: Watch = async ({plan, workloads, ...context}) => {
  const guards = plan.scenario.worldGuards ?? []
  if (guards.length > 0) await watchOutside({...context, guards, faults: plan.faults, workloads: workloads()})
}

const proxies: Watch = async ({plan, toxiproxy, ...context}) => {
  if (plan.target.toxiproxy) await watchProxies({...context, plan, toxiproxy: toxiproxy()})
}

const clocks: Watch = async (context) => await watchClocks(context)

/** Everything that is watched during a run; each ends with the signal. */
export const watches: readonly Watch[] = [
  guards,
  breakpoint,
  standing,
  dip,
  replicas,
  outside,
  proxies,
  clocks,
]
