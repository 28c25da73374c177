import {EnvironmentError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {requestsOf} from '../../scenarios/load-requests.js'
import {systemClock} from '../../system/clock.js'
import type {EngineOptions, LoadTotals, PreparedLoad} from '../engine.js'
import {type Report, sharedMonotonicMs} from './messages.js'
import {startThread} from './thread.js'

/** How long the thread may take to start, and to answer after everything it waits for is over. */
const patienceMs = 30_000
/** Longer than any timer of Node can wait. */
const longestTimerMs = 2 ** 31 - 1

const nothing: LoadTotals = {due: 0, sent: 0, skipped: 0, answered: 0, failed: 0}

/** The longest that a run can take from its start: all of the plan, then the slowest request. */
const longestRunMs = (plan: Plan): number => {
  const {load} = plan.scenario
  const slowest = Math.max(load.timeoutMs, ...requestsOf(load).map(({request}) => request.timeoutMs ?? 0))
  return (plan.rates.at(-1)?.endMs ?? 0) + slowest
}

/** Resolves or throws with `promise`; throws EnvironmentError after `limitMs`. */
const within = async <T>(limitMs: number, promise: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const error = new EnvironmentError('The load engine "pacer" does not answer any more')
    timer = setTimeout(() => reject(error), Math.min(longestTimerMs, limitMs))
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Starts the worker thread for a plan; every way in which the thread can end settles `run`. */
export const prepareInThread = async (plan: Plan, options: EngineOptions): Promise<PreparedLoad> => {
  const {signal, onSecond, onLive} = options
  let isDone = (_totals: LoadTotals): void => {}
  const done = new Promise<LoadTotals>((resolve) => {
    isDone = resolve
  })
  const hear = (report: Exclude<Report, {kind: 'ready'}>): void => {
    if (report.kind === 'second') onSecond(report.second)
    else if (report.kind === 'live') onLive?.(report.live)
    else isDone(report.totals)
  }
  const thread = await startThread(plan, hear, {limitMs: patienceMs, signal})
  const doneOrLost = async (): Promise<LoadTotals> => {
    const result = await Promise.race([done, thread.ended])
    if (result instanceof EnvironmentError) throw result
    return result
  }
  let started = false
  let stopped = false
  const sendStop = (graceMs: number): void => {
    stopped = true
    if (started) thread.tell({kind: 'stop', graceMs})
  }

  return {
    run: async (startAtMs) => {
      if (stopped || signal.aborted) return nothing
      started = true
      const untilStartMs = startAtMs - systemClock.now()
      thread.tell({kind: 'run', startAtMs, startMonotonicMs: sharedMonotonicMs() + untilStartMs})
      const abort = (): void => sendStop(0)
      signal.addEventListener('abort', abort, {once: true})
      try {
        return await within(untilStartMs + longestRunMs(plan) + patienceMs, doneOrLost())
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    stop: async (graceMs) => {
      sendStop(graceMs)
      // What went wrong instead is told by `run`; here it only matters that nothing is sent any more.
      if (started) await within(graceMs + patienceMs, doneOrLost()).catch(() => thread.terminate())
    },
    close: () => thread.terminate(),
  }
}
