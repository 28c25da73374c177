import {performance} from 'node:perf_hooks'
import {parentPort, workerData} from 'node:worker_threads'
import autocannon from 'autocannon'
import type {Plan} from '../../plan/plan.js'
import {sharedMonotonicMs} from '../pacer/messages.js'
import {type LoadRun, prepareLoad} from './load-run.js'
import type {Command, Report} from './messages.js'

/** Entry of the worker thread: lets autocannon fire there, so that the thread of the command line stays free. */
const main = (plan: Plan, port: NonNullable<typeof parentPort>): void => {
  const tell = (report: Report): void => port.postMessage(report)
  const start = prepareLoad(autocannon, plan)
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
        onUncountable: (reason) => tell({kind: 'uncountable', reason}),
      },
    )
  })
  tell({kind: 'ready'})
}

// Typed by hand: `workerData` is what prepared-load.ts gave it, a plan.
if (parentPort !== null) main(workerData as Plan, parentPort)
