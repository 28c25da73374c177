import {once} from 'node:events'
import {createServer} from 'node:http'
import {connect, type Socket} from 'node:net'
import {connectToxiproxy, type ToxiproxyClient} from '../../src/clients/toxiproxy.js'
import type {Aimed, Fault, Moment, World} from '../../src/faults/fault.js'
import {loadFaults} from '../../src/faults/index.js'
import type {FaultLevel} from '../../src/plan/plan.js'
import type {Target} from '../../src/scenarios/target.js'
import {systemClock} from '../../src/system/clock.js'
import type {Json} from '../../src/system/json.js'
import {seededRandom} from '../../src/system/random.js'
import {portOf} from './toxiproxy-rig.js'

/** A Toxiproxy to inject through. */
export interface Proxies {
  url: string
  stop(): Promise<void>
}

/** An edge of two proxies before a plain HTTP server. */
export interface EdgeRig {
  client: ToxiproxyClient
  /** A run's view of it; runs with names of their own do not see each other's counts. */
  world(runId?: string): World
  /** A fault of the edge, planned. */
  plan(name: string, given: Record<string, Json>, levels?: FaultLevel[]): Planned
  /** What the callers of the edge send, whatever comes of it. */
  traffic(): Promise<void>
  /** Everything that differs from two open proxies without toxics. */
  changed(): Promise<string[]>
  /** A kept-alive connection through a proxy that has had one answer. */
  pooled(proxy: string): Promise<Socket>
  stop(): Promise<void>
}

/** A planned fault with its verbs bound. */
export interface Planned {
  fault: Fault
  aimed: Aimed<Json>
  prepare(world: World): Promise<Json>
  inject(inverse: Json, world: World): Promise<void>
  adjust(inverse: Json, level: number, world: World): Promise<void>
  observe(inverse: Json, world: World, moment?: Moment): ReturnType<Fault['observe']>
  /** The inverse travels through a file: another process may have to undo. */
  undo(inverse: Json, world: World): Promise<void>
}

const targetAt = (url: string): Target => ({
  name: 'pair',
  endpoints: {},
  toxiproxy: {url},
  edges: {'a->b': {proxies: ['a-to-b-1', 'a-to-b-2'], probe: {kind: 'http', path: '/'}}},
  workloads: {},
  metrics: {kind: 'scrape', intervalMs: 500, targets: []},
  data: {},
})

const planned = (fault: Fault, aimed: Aimed<Json>): Planned => ({
  fault,
  aimed,
  prepare: (world) => fault.prepare(aimed, world),
  inject: (inverse, world) => fault.inject(aimed, inverse, world),
  adjust: async (inverse, level, world) => await fault.adjust?.(aimed, inverse, level, world),
  observe: (inverse, world, moment = {level: 1}) => fault.observe(aimed, inverse, world, moment),
  undo: (inverse, world) => fault.undo(JSON.parse(JSON.stringify(inverse)), world),
})

const pooledThrough = async (listen: string): Promise<Socket> => {
  const socket = connect(Number(listen.split(':')[1]), '127.0.0.1').on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nHost: pool\r\n\r\n')
  await once(socket, 'data')
  return socket.resume()
}

/** Starts the edge through these proxies. */
export const startEdge = async (proxies: Proxies): Promise<EdgeRig> => {
  // Longer than what 1 KB/s lets through at once.
  const upstream = createServer((_, response) => response.end('x'.repeat(2_000))).listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const client = connectToxiproxy(proxies.url)
  for (const name of ['a-to-b-1', 'a-to-b-2']) {
    await client.createProxy({name, listen: '127.0.0.1:0', upstream: `127.0.0.1:${portOf(upstream)}`})
  }
  const target = targetAt(proxies.url)
  const faults = await loadFaults()
  return {
    client,
    world: (runId = 'run-1') => ({
      runId,
      target,
      clock: systemClock,
      signal: new AbortController().signal,
      toxiproxy: () => client,
      cluster: () => {
        throw new Error('there is no cluster here')
      },
      workloads: () => {
        throw new Error('there are none')
      },
    }),
    plan(name, given, levels) {
      const fault = faults[name]
      if (!fault) throw new Error(`no fault ${name}`)
      const options = fault.options.parse({edge: 'a->b', ...given})
      const aim = fault.aim(options, target, seededRandom(1))
      const plan = {id: 'f1', fault: name, options, startMs: 0, endMs: 1_000, aim}
      return planned(fault, levels ? {...plan, levels} : plan)
    },
    async traffic() {
      const signal = AbortSignal.timeout(400)
      const calls = Object.values(await client.proxies()).flatMap(({listen}) =>
        Array.from({length: 20}, () => fetch(`http://${listen}/`, {signal, headers: {connection: 'close'}})),
      )
      await Promise.allSettled(calls)
    },
    changed: async () =>
      Object.values(await client.proxies()).flatMap(({name, enabled, toxics}) => [
        ...(enabled ? [] : [`${name} is closed`]),
        ...toxics.map((toxic) => `${name} has ${toxic.name}`),
      ]),
    async pooled(proxy) {
      const state = await client.proxy(proxy)
      return await pooledThrough(state?.listen ?? '')
    },
    async stop() {
      await proxies.stop()
      upstream.closeAllConnections()
      upstream.close()
    },
  }
}
