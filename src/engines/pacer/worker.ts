import {performance} from 'node:perf_hooks'
import {parentPort, workerData} from 'node:worker_threads'
import type {Plan} from '../../plan/plan.js'
import {type LoadRun, prepareLoad} from './load-run.js'
import {type Command, type Report, sharedMonotonicMs} from './messages.js'

/** Entry of the worker thread: sends the load of one plan, so that nothing else in the process can delay a send. */
const main = (plan: Plan, port: NonNullable<typeof parentPort>): void => {
  const tell = (report: Report): void => port.postMessage(report)
  const start = prepareLoad(plan)
  let run: LoadRun | undefined
  port.on('message', (command: Command) => {
    if (command.kind === 'stop') return run?.stop(command.graceMs)
    const {startAtMs, startMonotonicMs} = command
    const originMs = startMonotonicMs - (sharedMonotonicMs() - performance.now())
    run = start(
      {startAtMs, now: () => performance.now() - originMs},
      {
        onSecond: (second) => tell({kind: 'second', second}),
        onLive: (live) => tell({kind: 'live', live}),
        onDone: (totals) => tell({kind: 'done', totals}),
      },
    )
  })
  tell({kind: 'ready'})
}

// Typed by hand: `workerData` is what thread.ts gave it, a plan.
if (parentPort !== null) main(workerData as Plan, parentPort)
