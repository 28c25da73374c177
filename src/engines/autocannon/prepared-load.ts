import {Worker} from 'node:worker_threads'
import {EnvironmentError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {requestsOf} from '../../scenarios/load-requests.js'
import {systemClock} from '../../system/clock.js'
import {entryUrl} from '../../system/entry.js'
import type {EngineOptions, LoadTotals, PreparedLoad} from '../engine.js'
import {sharedMonotonicMs} from '../pacer/messages.js'
import type {Command, Report} from './messages.js'

/** How long the thread may take to start, and to answer after everything it waits for is over. */
const patienceMs = 30_000
/** Longer than any timer of Node can wait. */
const longestTimerMs = 2 ** 31 - 1

const nothing: LoadTotals = {due: 0, sent: 0, skipped: 0, answered: 0, failed: 0}

/** The longest that a run can take from its start: all of the plan, then the slowest request. */
const longestRunMs = ({scenario: {load}, durationMs}: Plan): number =>
  durationMs + Math.max(load.timeoutMs, ...requestsOf(load).map(({request}) => request.timeoutMs ?? 0))

const failure = (what: string, cause?: unknown): EnvironmentError =>
  new EnvironmentError(`The load engine "autocannon" ${what}`, {
    hint: 'Nothing is being sent any more. `engine: pacer` sends the same requests at a rate.',
    cause,
  })

/** What the thread tells, as promises. `lost` resolves, and never rejects, when the thread can tell no more. */
interface LoadThread {
  ready: Promise<void>
  done: Promise<LoadTotals>
  lost: Promise<EnvironmentError>
  tell(command: Command): void
  terminate(): Promise<void>
}

const openThread = (plan: Plan, {onSecond, onLive}: EngineOptions): LoadThread => {
  const worker = new Worker(entryUrl('engines/autocannon/worker.js'), {
    workerData: plan,
    execArgv: [],
    name: 'autocannon',
  })
  const settle = {
    ready: (): void => {},
    done: (_: LoadTotals): void => {},
    lost: (_: EnvironmentError): void => {},
  }
  const ready = new Promise<void>((resolve) => {
    settle.ready = resolve
  })
  const done = new Promise<LoadTotals>((resolve) => {
    settle.done = resolve
  })
  const lost = new Promise<EnvironmentError>((resolve) => {
    settle.lost = resolve
  })
  let closing = false
  worker.on('message', (report: Report) => {
    if (report.kind === 'second') onSecond(report.second)
    else if (report.kind === 'live') onLive?.(report.live)
    else if (report.kind === 'uncountable') settle.lost(failure(`cannot be counted: ${report.reason}`))
    else if (report.kind === 'done') settle.done(report.totals)
    else settle.ready()
  })
  worker.once('error', (cause) => settle.lost(failure('broke down', cause)))
  worker.once('exit', () => settle.lost(failure(closing ? 'was closed while it was at work' : 'broke down')))
  const terminate = async (): Promise<void> => {
    closing = true
    await worker.terminate()
  }
  return {ready, done, lost, tell: (command) => worker.postMessage(command), terminate}
}

/** Resolves with the first that does, or throws it if it is an error; throws one after `limitMs`, or when aborted. */
const first = async <T>(promises: Promise<T | EnvironmentError>[], limitMs: number, signal?: AbortSignal) => {
  let timer: NodeJS.Timeout | undefined
  let abort = (): void => {}
  const late = new Promise<EnvironmentError>((resolve) => {
    timer = setTimeout(() => resolve(failure('does not answer any more')), Math.min(longestTimerMs, limitMs))
    abort = () => resolve(failure('was stopped'))
    signal?.addEventListener('abort', abort, {once: true})
  })
  try {
    const result = await Promise.race([...promises, late])
    signal?.throwIfAborted()
    if (result instanceof EnvironmentError) throw result
    return result
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** Starts the worker thread for a plan; every way in which the thread can end settles `run`. */
export const prepareInThread = async (plan: Plan, options: EngineOptions): Promise<PreparedLoad> => {
  const {signal} = options
  const thread = openThread(plan, options)
  try {
    await first([thread.ready, thread.lost], patienceMs, signal)
  } catch (error) {
    await thread.terminate()
    throw error
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
        return await first([thread.done, thread.lost], untilStartMs + longestRunMs(plan) + patienceMs)
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    stop: async (graceMs) => {
      sendStop(graceMs)
      // What went wrong instead is told by `run`; here it only matters that nothing is sent any more.
      if (started)
        await first([thread.done, thread.lost], graceMs + patienceMs).catch(() => thread.terminate())
    },
    close: () => thread.terminate(),
  }
}
