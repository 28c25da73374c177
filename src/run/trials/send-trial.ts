import type {Engine, LiveLoad, LoadSecond} from '../../engines/engine.js'
import {messageOf} from '../../errors.js'
import type {MetricSource, QueryResult, Series} from '../../metrics/source.js'
import {loadPrefix} from '../../plan/load-metrics/subject.js'
import type {Plan} from '../../plan/plan.js'
import {allSelectors} from '../../plan/selectors.js'
import {durationText} from '../../promql/index.js'
import type {Clock} from '../../system/clock.js'
import {GuardTripped, type JudgeGuard, watchGuards} from '../guards.js'
import {forwardAborts} from '../stop-reason.js'

/** What a trial is sent with. */
export interface TrialParts {
  engine: Engine
  metrics: MetricSource
  judgeGuard: JudgeGuard
  clock: Clock
  note(message: string): void
  live(live: LiveLoad): void
  signal: AbortSignal
  /** Further selectors that a Prometheus is asked for; one that it does not know is left out. */
  extraSelectors: readonly string[]
  /** Done so long after the first request, while the load goes on. */
  during?: {atMs: number; act(): Promise<void>}
}

/** What was observed of a trial. Times are epoch ms. */
export interface TrialSeen {
  plan: Plan
  startedMs: number
  /** The judged stretch; it ends early when a guard trips. */
  window: {startMs: number; endMs: number}
  load: LoadSecond[]
  series: Series[]
  intervalMs: number
  /** What a Prometheus answers to the scenario's queries at the end of the window. */
  answers: {query: string; result: QueryResult}[]
  /** In a cluster: ready pods of each workload right after it. */
  pods?: Record<string, number>
  /** The guard that ended it, and why. */
  tripped?: {guard: string; message: string}
}

const leadInMs = 300
/** What is in flight when nothing more is sent gets this long; longer than that is late by any objective. */
const mostGraceMs = 10_000
/** Counts need a sample of every series from before the window. */
const leadMs = 3_000

/** Sends the load of a trial's plan and observes the target meanwhile. Throws the signal's reason when it aborts. */
export const sendTrial = async (plan: Plan, parts: TrialParts): Promise<TrialSeen> => {
  const {engine, metrics, clock, signal} = parts
  const stop = new AbortController()
  const stopForwarding = forwardAborts([signal], stop)
  const load: LoadSecond[] = []
  const prepared = await engine.prepare(plan, {
    signal: stop.signal,
    onSecond: (second) => load.push(second),
    onLive: parts.live,
    onWarning: parts.note,
  })
  try {
    await metrics.caughtUp(clock.now(), stop.signal)
    const startedMs = clock.now() + leadInMs
    const running = prepared.run(startedMs)
    // What it rejects with is asked for below; until then nobody listens.
    running.catch(() => {})
    const tripped = await whileSent(plan, startedMs, running, {...parts, signal: stop.signal})
    const endMs = Math.min(clock.now(), startedMs + plan.durationMs)
    await prepared.stop(Math.min(plan.scenario.load.timeoutMs, mostGraceMs))
    await running
    signal.throwIfAborted()
    const settleMs = plan.phases.find(({name}) => name === 'warm-up')?.endMs ?? 0
    // A guard may trip while the load settles: then there is hardly a window.
    const window = {startMs: Math.min(startedMs + settleMs, endMs - 1), endMs}
    const observed = await observe(plan, {startMs: startedMs, endMs}, window, parts)
    return {plan, startedMs, window, load, ...observed, ...(tripped && {tripped})}
  } finally {
    stop.abort(new Error('the trial is over'))
    stopForwarding()
    await prepared.close()
  }
}

/** Waits for the end of the plan, or until a guard trips; does what is to be done on the way. */
const whileSent = async (
  plan: Plan,
  startedMs: number,
  running: Promise<unknown>,
  {metrics, judgeGuard, clock, signal, note, during}: TrialParts,
): Promise<TrialSeen['tripped']> => {
  const over = new AbortController()
  const stopForwarding = forwardAborts([signal], over)
  const sleep = (untilMs: number): Promise<void> => clock.sleep(untilMs - clock.now(), over.signal)
  const guards = watchGuards({
    guards: plan.scenario.guards,
    metrics,
    judge: judgeGuard,
    clock,
    signal: over.signal,
    record: (event) => ('message' in event ? note(event.message) : undefined),
  })
  const act = during ? sleep(startedMs + during.atMs).then(() => during.act()) : Promise.resolve()
  act.catch(() => {})
  // Without guards the watch is over at once; an engine that breaks must not be waited for.
  const broken = running.then(() => new Promise<never>(() => {}))
  const watched = guards.then(() => new Promise<never>(() => {}))
  try {
    await Promise.race([Promise.all([sleep(startedMs + plan.durationMs), act]), watched, broken])
    return undefined
  } catch (cause) {
    if (cause instanceof GuardTripped) return {guard: cause.guard, message: messageOf(cause)}
    throw cause
  } finally {
    over.abort(new Error('the load of the trial is over'))
    stopForwarding()
    await guards.catch(() => {})
    // What was begun must have landed before anybody takes it back.
    await act.catch(() => {})
  }
}

/** The samples of the trial, and a Prometheus's answers to the scenario's queries. */
const observe = async (
  plan: Plan,
  sent: {startMs: number; endMs: number},
  window: TrialSeen['window'],
  {metrics, signal, extraSelectors, note}: TrialParts,
): Promise<Pick<TrialSeen, 'series' | 'answers' | 'intervalMs'>> => {
  await metrics.caughtUp(sent.endMs, signal)
  const {intervalMs} = metrics
  const fromMs = sent.startMs - Math.max(leadMs, 3 * intervalMs)
  if (metrics.all) {
    const all = await metrics.all(fromMs, sent.endMs, signal)
    // Those of the load are made again from its seconds.
    const series = all.filter(({labels}) => labels['__name__']?.startsWith(loadPrefix) !== true)
    return {series, answers: [], intervalMs}
  }
  const series = new Map<string, Series>()
  for (const selector of new Set([...allSelectors(plan), ...extraSelectors])) {
    const found = metrics.samples(selector, fromMs, sent.endMs, signal, note)
    const some = await (extraSelectors.includes(selector) ? found.catch(() => []) : found)
    for (const one of some) series.set(JSON.stringify(Object.entries(one.labels).sort()), one)
  }
  const answers: TrialSeen['answers'] = []
  for (const objective of plan.scenario.objectives) {
    if (objective.kind !== 'query') continue
    const text = objective.query.replaceAll('$phase', durationText(window.endMs - window.startMs))
    answers.push({query: objective.query, result: await metrics.query(text, window.endMs, signal)})
  }
  return {series: [...series.values()], answers, intervalMs}
}
