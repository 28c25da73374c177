import {performance} from 'node:perf_hooks'
import {parentPort, workerData} from 'node:worker_threads'
import {type LoadRun, prepareLoad} from './load-run.js'
import {type Command, type Report, sharedMonotonicMs, type Task} from './messages.js'

/** Entry of a worker thread: sends its share of a plan's load, so that nothing else in the process can delay a send. */
const main = ({plan, share}: Task, port: NonNullable<typeof parentPort>): void => {
  const tell = (report: Report): void => port.postMessage(report)
  const start = prepareLoad(plan, share)
  let run: LoadRun | undefined
  port.on('message', (command: Command) => {
    if (command.kind === 'stop') return run?.stop(command.graceMs)
    const {startAtMs, startMonotonicMs} = command
    const originMs = startMonotonicMs - (sharedMonotonicMs() - performance.now())
    run = start(
      {startAtMs, now: () => performance.now() - originMs},
      {
        onSecond: (part) => tell({kind: 'second', part}),
        onLive: (part) => tell({kind: 'live', part}),
        onDone: (totals) => tell({kind: 'done', totals}),
      },
    )
  })
  tell({kind: 'ready'})
}

// Typed by hand: `workerData` is what thread.ts gave it.
if (parentPort !== null) main(workerData as Task, parentPort)
