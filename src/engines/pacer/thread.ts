import {setTimeout as delay} from 'node:timers/promises'
import {Worker} from 'node:worker_threads'
import {EnvironmentError} from '../../errors.js'
import {entryUrl} from '../../system/entry.js'
import type {Command, Report, Task} from './messages.js'

/** A worker thread that sends, seen from the main thread. */
export interface LoadThread {
  tell(command: Command): void
  /** Resolves, and never rejects, with the reason when the thread has ended, for whatever cause. */
  ended: Promise<EnvironmentError>
  /** Ends the thread and with it every connection; works twice. */
  terminate(): Promise<void>
}

const brokeDown = (cause?: unknown): EnvironmentError =>
  new EnvironmentError('The load engine "pacer" broke down: a worker thread ended', {
    hint: 'Nothing is being sent any more. If memory ran out, lower load.maxInFlight; else report it as a bug.',
    cause,
  })

/**
 * V8 doubles a young generation when much of it survives, as it does while a server stalls, and makes it small again when
 * the thread has nothing to do, which is never: memory rose in steps for as long as a load went on. Two thirds of this are
 * semi-spaces. Collecting takes 8 ms of a second at 10,000/s, with this as without a limit.
 */
const youngGenerationMb = 24

const open = (task: Task, onReport: (report: Report) => void): LoadThread => {
  const worker = new Worker(entryUrl('engines/pacer/worker.js'), {
    workerData: task,
    execArgv: [],
    resourceLimits: {maxYoungGenerationSizeMb: youngGenerationMb},
    name: `pacer ${task.share.index + 1}/${task.share.of}`,
  })
  let closing = false
  worker.on('message', onReport)
  const ended = new Promise<EnvironmentError>((resolve) => {
    worker.once('error', (cause) => resolve(brokeDown(cause)))
    worker.once('exit', () =>
      resolve(
        closing
          ? new EnvironmentError('The load engine "pacer" was closed while it was at work')
          : brokeDown(),
      ),
    )
  })
  return {
    ended,
    tell: (command) => worker.postMessage(command),
    terminate: async () => {
      closing = true
      await worker.terminate()
    },
  }
}

/** Waits for the first of: ready, ended, out of time, aborted. Throws in all but the first. */
const untilReady = async (
  ready: Promise<void>,
  ended: Promise<EnvironmentError>,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> => {
  const settled = new AbortController()
  const limit = delay(limitMs, undefined, {signal: AbortSignal.any([signal, settled.signal])}).then(
    () => new EnvironmentError(`The load engine "pacer" did not get ready within ${limitMs / 1000} s`),
    () => undefined,
  )
  try {
    const failure = await Promise.race([ready, ended, limit])
    signal.throwIfAborted()
    if (failure !== undefined) throw failure
  } finally {
    settled.abort()
  }
}

/** Starts the thread and waits until it has compiled the plan. Throws EnvironmentError when it does not get there. */
export const startThread = async (
  task: Task,
  onReport: (report: Exclude<Report, {kind: 'ready'}>) => void,
  {limitMs, signal}: {limitMs: number; signal: AbortSignal},
): Promise<LoadThread> => {
  let isReady = (): void => {}
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })
  const thread = open(task, (report) => (report.kind === 'ready' ? isReady() : onReport(report)))
  try {
    await untilReady(ready, thread.ended, limitMs, signal)
    return thread
  } catch (error) {
    await thread.terminate()
    throw error
  }
}
