import {Worker} from 'node:worker_threads'
import {EnvironmentError, messageOf, UserError} from '../errors.js'
import {entryUrl} from '../system/entry.js'
import type {Answered, Asked, ErrorMessage, OperationName, Reply, WorkerOptions} from './messages.js'

/** How long an answer may take unless the caller allows more. */
const answerLimitMs = 30_000
const startLimitMs = 20_000

/** The metrics thread as seen from the main one: questions go in, answers come out. */
export interface MetricsThread {
  /**
   * Rejects with UserError for a bad expression, with EnvironmentError when the thread is gone or does not answer
   * within `limitMs`, and with the signal's reason when it aborts.
   */
  ask<Name extends OperationName>(
    operation: Name,
    asked: Asked<Name>,
    options?: {signal?: AbortSignal | undefined; limitMs?: number},
  ): Promise<Answered<Name>>
  /** What is asked and not answered yet rejects. Works twice. */
  close(): Promise<void>
}

interface Waiting {
  resolve(answer: Answered): void
  reject(error: unknown): void
}

const errorOf = ({kind, message, hint}: ErrorMessage): Error => {
  const context = hint === undefined ? {} : {hint}
  switch (kind) {
    case 'user':
      return new UserError(message, context)
    case 'environment':
      return new EnvironmentError(message, context)
    case 'bug':
      return new Error(`in the metrics thread: ${message}`)
  }
}

const gone = (why: string, cause?: unknown): EnvironmentError =>
  new EnvironmentError(`The metrics thread ${why}.`, {
    hint: 'Run again; if it ran out of memory, scrape fewer series or less often.',
    cause,
  })

/** The questions that wait for an answer, by id. */
class Pending {
  readonly #waiting = new Map<number, Waiting>()
  #failure: Error | undefined

  /** Resolves with the answer; whatever ends the wait leaves no timer and no listener behind. */
  wait(id: number, limitMs: number, signal?: AbortSignal): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#waiting.delete(id)
        finish()
      }
      const onAbort = (): void => settle(() => reject(signal?.reason))
      const onLimit = (): void => settle(() => reject(gone(`did not answer within ${limitMs / 1000} s`)))
      const timer = setTimeout(onLimit, limitMs)
      signal?.addEventListener('abort', onAbort, {once: true})
      this.#waiting.set(id, {
        resolve: (answer) => settle(() => resolve(answer)),
        reject: (error) => settle(() => reject(error)),
      })
      if (this.#failure) this.settle(id, this.#failure)
      else if (signal?.aborted) onAbort()
    })
  }

  /** An answer nobody waits for any more is dropped. */
  settle(id: number, result: Answered | Error): void {
    const waiting = this.#waiting.get(id)
    if (result instanceof Error) waiting?.reject(result)
    else waiting?.resolve(result)
  }

  /** Nothing will be answered any more, neither what was asked nor what will be. */
  fail(error: Error): void {
    this.#failure ??= error
    for (const id of [...this.#waiting.keys()]) this.settle(id, this.#failure)
  }
}

/** Starts the thread; resolves when it scrapes. Throws EnvironmentError when it does not start. */
export const startMetricsThread = async (
  options: WorkerOptions,
  onWarning: (message: string) => void,
): Promise<MetricsThread> => {
  const worker = new Worker(entryUrl('metrics/worker.js'), {workerData: options, name: 'metrics'})
  const pending = new Pending()
  let lastId = 0
  worker.on('message', (reply: Reply) => {
    if (reply.kind === 'warning') onWarning(reply.message)
    else pending.settle(reply.id, reply.kind === 'answer' ? reply.answer : errorOf(reply.error))
  })
  worker.on('error', (cause) => pending.fail(gone(`broke: ${messageOf(cause)}`, cause)))
  worker.on('exit', () => pending.fail(gone('has ended')))

  const ask: MetricsThread['ask'] = async (operation, asked, {signal, limitMs = answerLimitMs} = {}) => {
    const id = ++lastId
    const answered = pending.wait(id, limitMs, signal)
    worker.postMessage({id, operation, asked})
    // The thread answers an id with what belongs to the operation asked under it.
    return (await answered) as Answered<typeof operation>
  }
  const close = async (): Promise<void> => {
    pending.fail(gone('was closed'))
    await worker.terminate()
  }
  try {
    await pending.wait(0, startLimitMs)
  } catch (error) {
    await close()
    throw error
  }
  return {ask, close}
}
