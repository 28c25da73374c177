// What a generator carries in a part of its run, asked of the server and of the kernel: the same question to all of them.
import {setTimeout as delay} from 'node:timers/promises'
import {cpuSecondsOf} from './machine.mjs'
import {sendLoad} from './pacer.mjs'

/** Answers per second of a process's load, and per second of its CPU, `afterMs` from now, for `forMs`. */
export const carriedIn = async (server, pid, {afterMs, forMs}) => {
  await delay(afterMs)
  const begun = {...(await server.count()), cpu: cpuSecondsOf(pid)}
  await delay(forMs)
  const over = {...(await server.count()), cpu: cpuSecondsOf(pid)}
  const answers = over.answers - begun.answers
  return {
    perSecond: (answers / (over.atMs - begun.atMs)) * 1000,
    perCpuSecond: answers / (over.cpu - begun.cpu),
  }
}

/** Sends a load from this process, and says what it carried once it was at its rate. */
export const sendWatched = async (server, load) => {
  let carried
  const run = await sendLoad(server.url, {
    ...load,
    during: () => {
      // A little within: when the load begins exactly is the engine's affair.
      carried = carriedIn(server, process.pid, {
        afterMs: load.skip * 1000 + 500,
        forMs: load.seconds * 1000 - 500,
      })
    },
  })
  return {...run, carried: await carried}
}
