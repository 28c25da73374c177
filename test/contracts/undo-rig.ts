import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {connect, createServer, type Server, type Socket} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'
import {connectToxiproxy, type ProxyState, type Toxic} from '../../src/clients/toxiproxy.js'
import type {ToxicInverse} from '../../src/faults/edges/toxic-fault.js'
import type {World} from '../../src/faults/fault.js'
import type {Target} from '../../src/scenarios/target.js'
import {systemClock} from '../../src/system/clock.js'
import {freePort} from '../soak/free-port.mjs'
import {eventually, portOf, within} from './toxiproxy-rig.js'

/** How to start a Toxiproxy on a port, as a process. */
export type StartOn = (port: number) => ChildProcess

/** Starts a program that serves Toxiproxy's API. */
export const startsWith =
  (program: string, ...args: string[]): StartOn =>
  (port) =>
    spawn(program, [...args, '--host', '127.0.0.1', '--port', String(port)], {stdio: 'ignore'})

/** An upstream that sends for as long as somebody reads. */
const openFlood = async (): Promise<Server> => {
  const block = Buffer.alloc(65_536, 'x')
  const server = createServer((socket) => {
    const pour = (): void => {
      while (socket.writable && socket.write(block));
    }
    socket.on('error', () => {}).on('drain', pour)
    pour()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

export const theirs: Toxic = {
  name: 'theirs',
  type: 'latency',
  stream: 'upstream',
  toxicity: 0.5,
  attributes: {latency: 3, jitter: 1},
}

export const mine: Toxic = {
  name: 'run-1_f1',
  type: 'latency',
  stream: 'downstream',
  toxicity: 1,
  attributes: {latency: 50, jitter: 0},
}

export const inverse: ToxicInverse = {
  toxic: mine.name,
  proxies: ['p'],
  reopen: [],
  healthyMs: {},
  before: {},
}

/** A Toxiproxy in a process of its own with proxies `p` (of the target), `other` and `closed` (of somebody else). */
export const openUndoRig = async (startOn: StartOn) => {
  const flood = await openFlood()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const sockets: Socket[] = []
  let child = startOn(port)
  const client = connectToxiproxy(url)
  const alive = () =>
    eventually('the server', () =>
      fetch(`${url}/version`, {signal: AbortSignal.timeout(1_000)}).then(
        () => true,
        () => false,
      ),
    )
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  const restart = async (): Promise<void> => {
    await end()
    child = startOn(port)
    await alive()
  }
  await alive()
  const upstream = `127.0.0.1:${portOf(flood)}`
  for (const name of ['p', 'other', 'closed'])
    await client.createProxy({name, listen: '127.0.0.1:0', upstream})
  await client.setEnabled('closed', false)
  await client.addToxic('p', theirs)
  await client.addToxic('other', theirs)
  const found = Object.values(await client.proxies())
  const listen = Number(found.find(({name}) => name === 'p')?.listen.split(':')[1])
  const notes: string[] = []
  const journal: string[] = []
  const target: Target = {
    name: 'rig',
    endpoints: {},
    toxiproxy: {url},
    edges: {'a->b': {proxies: ['p'], probe: {kind: 'tcp'}}},
    workloads: {},
    metrics: {kind: 'scrape', intervalMs: 250, targets: []},
    data: {},
  }
  const world: World = {
    runId: 'run-1',
    target,
    found,
    clock: systemClock,
    signal: new AbortController().signal,
    toxiproxy: () => client,
    cluster: () => {
      throw new Error('there is no cluster here')
    },
    workloads: () => {
      throw new Error('no workloads here')
    },
    note: (message) => notes.push(message),
    intend: async (id) => {
      journal.push(`intend ${id}`)
      return async () => {
        journal.push(`done ${id}`)
      }
    },
  }

  const dial = async (): Promise<Socket> => {
    const socket = connect({port: listen, host: '127.0.0.1'}).on('error', () => {})
    sockets.push(socket)
    await within(once(socket, 'connect'), 'connecting')
    return socket
  }

  return {
    url,
    client,
    world,
    found,
    notes,
    journal,
    pid: () => child.pid ?? 0,
    kill: end,
    restart,
    /** A client that connects and does not read: its toxic is stuck in a write soon after. */
    stuckClient: async (): Promise<Socket> => {
      const socket = await dial()
      socket.pause()
      // Until the buffers of both sockets are full.
      await sleep(2_000)
      return socket
    },
    dial,
    /** Whether a fresh connection to `p` is served. */
    isServed: async (): Promise<boolean> => {
      const socket = await dial()
      try {
        return await Promise.race([once(socket, 'data').then(() => true), sleep(10_000, false, {ref: false})])
      } finally {
        socket.destroy()
      }
    },
    state: async (): Promise<ProxyState[]> => Object.values(await client.proxies()),
    close: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy()
      child.kill('SIGCONT')
      await end()
      flood.close()
    },
  }
}

export type UndoRig = Awaited<ReturnType<typeof openUndoRig>>
