// What a generator carries in a part of its run, asked of the server and of the kernel: the same question to all of them.
import {setTimeout as delay} from 'node:timers/promises'
import {cpuSecondsOf} from './machine.mjs'

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
