import {EnvironmentError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {requestsOf} from '../../scenarios/load-requests.js'
import {systemClock} from '../../system/clock.js'
import type {EngineOptions, LoadTotals, PreparedLoad} from '../engine.js'
import {sharedMonotonicMs} from './messages.js'
import {startThreads} from './threads.js'

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

/** Starts the worker threads for a plan; every way in which a thread can end settles `run`. */
export const prepareInThreads = async (plan: Plan, options: EngineOptions): Promise<PreparedLoad> => {
  const {signal} = options
  const threads = await startThreads(plan, options, patienceMs)
  let started = false
  let stopped = false
  const sendStop = (graceMs: number): void => {
    stopped = true
    if (started) threads.tell({kind: 'stop', graceMs})
  }

  return {
    run: async (startAtMs) => {
      if (stopped || signal.aborted) return nothing
      started = true
      const untilStartMs = startAtMs - systemClock.now()
      threads.tell({kind: 'run', startAtMs, startMonotonicMs: sharedMonotonicMs() + untilStartMs})
      const abort = (): void => sendStop(0)
      signal.addEventListener('abort', abort, {once: true})
      try {
        return await within(untilStartMs + longestRunMs(plan) + patienceMs, threads.done())
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    stop: async (graceMs) => {
      sendStop(graceMs)
      // What went wrong instead is told by `run`; here it only matters that nothing is sent any more.
      if (started) await within(graceMs + patienceMs, threads.done()).catch(() => threads.terminate())
    },
    close: () => threads.terminate(),
  }
}
