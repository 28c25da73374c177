import {EnvironmentError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import type {EngineOptions, LoadTotals} from '../engine.js'
import {inStep} from './in-step.js'
import {mergedLive, mergedSecond, mergedTotals} from './merge.js'
import type {Command, LivePart, Report, SecondPart} from './messages.js'
import {type LoadThread, startThread} from './thread.js'

/** The threads that share a load, seen as one. */
export interface LoadThreads {
  tell(command: Command): void
  /** Resolves when all have sent their share; rejects with EnvironmentError when one of them has ended before. */
  done(): Promise<LoadTotals>
  /** Ends them and with them every connection; works twice. */
  terminate(): Promise<void>
}

/** What several threads tell of the same second is handed on as one. */
const createListener = (of: number, {onSecond, onLive}: EngineOptions) => {
  const totals: LoadTotals[] = []
  let isDone = (_totals: LoadTotals): void => {}
  const done = new Promise<LoadTotals>((resolve) => {
    isDone = resolve
  })
  const second = inStep<SecondPart>(of, (parts) => onSecond(mergedSecond(parts)))
  const live = inStep<LivePart>(of, (parts) => onLive?.(mergedLive(parts)))
  const hear = (index: number, report: Exclude<Report, {kind: 'ready'}>): void => {
    if (report.kind === 'second') second.add(index, report.part)
    else if (report.kind === 'live') live.add(index, report.part)
    else finished(index, report.totals)
  }
  const finished = (index: number, sums: LoadTotals): void => {
    totals.push(sums)
    second.finish(index)
    live.finish(index)
    if (totals.length === of) isDone(mergedTotals(totals))
  }
  return {hear, done}
}

/** How many threads share the load of a plan: no more than may have a request in flight. */
const threadsOf = ({scenario: {load}}: Plan): number => Math.min(load.threads ?? 1, load.maxInFlight)

/**
 * Starts the threads of a plan and waits until all are ready. Throws EnvironmentError when one does not get there
 * within the limit; then none of them runs any more.
 */
export const startThreads = async (
  plan: Plan,
  options: EngineOptions,
  limitMs: number,
): Promise<LoadThreads> => {
  const of = threadsOf(plan)
  const {hear, done} = createListener(of, options)
  const {signal} = options
  const starting = Array.from({length: of}, (_, index) =>
    startThread({plan, share: {index, of}}, (report) => hear(index, report), {limitMs, signal}),
  )
  const threads: LoadThread[] = []
  const failures: unknown[] = []
  for (const started of await Promise.allSettled(starting)) {
    if (started.status === 'fulfilled') threads.push(started.value)
    else failures.push(started.reason)
  }
  const terminate = async (): Promise<void> => {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
  if (failures.length > 0) {
    await terminate()
    throw failures[0]
  }
  return {
    tell: (command) => {
      for (const thread of threads) thread.tell(command)
    },
    done: async () => {
      const result = await Promise.race([done, ...threads.map(({ended}) => ended)])
      if (!(result instanceof EnvironmentError)) return result
      // The others would send on, and the load would be less than was asked for.
      await terminate()
      throw result
    },
    terminate,
  }
}
