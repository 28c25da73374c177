import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Replica, Workloads} from '../../src/targets/workloads.js'

const program = `
require('node:http')
  .createServer((_, response) => response.end('x'.repeat(2000)))
  .listen(Number(process.argv[1]), '127.0.0.1', function () { console.log(this.address().port) })
`

/** A replica in a process of its own: an HTTP server that is started again, on its old port, when it dies. */
export interface RealReplica {
  port: number
  workloads: Workloads
  stop(): void
}

/** Starts the only replica of workload `b`: `b-1`. It answers every request with 2,000 bytes. */
export const startReplica = async (): Promise<RealReplica> => {
  let child: ChildProcess
  let port = 0
  let restarts = -1
  let ready = false
  let stopped = false
  const begin = async (): Promise<void> => {
    restarts++
    child = spawn(process.execPath, ['-e', program, String(port)], {stdio: ['ignore', 'pipe', 'inherit']})
    child.once('exit', () => {
      ready = false
      if (!stopped) void begin()
    })
    const [said] = child.stdout ? await once(child.stdout, 'data') : []
    port = Number(said)
    ready = true
  }
  await begin()
  const replica = (): Replica => ({
    workload: 'b',
    name: 'b-1',
    pid: ready ? (child.pid ?? 0) : 0,
    state: ready ? 'ready' : 'starting',
    restarts,
    url: `http://127.0.0.1:${port}`,
    startedAt: 0,
  })
  const unused = async (): Promise<never> => Promise.reject(new Error('not here'))
  const workloads: Workloads = {
    replicas: async () => [replica()],
    signal: async (_, signal) => void child.kill(signal),
    untilReady: async (_, limitMs) => {
      for (let waitedMs = 0; !ready && waitedMs < limitMs; waitedMs += 20) await sleep(20)
    },
    setRespawn: unused,
    press: unused,
    release: unused,
    pressure: unused,
    switches: async () => ({}),
    setSwitches: unused,
  }
  const stop = (): void => {
    stopped = true
    child.kill('SIGKILL')
  }
  return {port, workloads, stop}
}
