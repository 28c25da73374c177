import {once} from 'node:events'
import {createServer, type Server} from 'node:http'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {connectToxiproxy, type ToxiproxyClient} from '../../src/clients/toxiproxy.js'
import type {Aimed, Fault, World} from '../../src/faults/fault.js'
import {loadFaults} from '../../src/faults/index.js'
import type {Target} from '../../src/scenarios/target.js'
import {systemClock} from '../../src/system/clock.js'
import type {Json} from '../../src/system/json.js'
import {seededRandom} from '../../src/system/random.js'

/** A Toxiproxy to inject through. */
export interface Proxies {
  url: string
  stop(): Promise<void>
}

/** Every fault on an edge, with options under which a probe must feel it. */
const cases: [fault: string, options: Record<string, Json>, feels: RegExp][] = [
  ['latency', {delay: '300ms', jitter: '10ms'}, /answered after \d+/],
  ['latency', {delay: '10s'}, /timeout after (1999|2\d\d\d)/],
  ['latency', {delay: '400ms', direction: 'upstream'}, /answered after/],
  ['timeout', {}, /timeout after/],
  ['timeout', {'close-after': '200ms'}, /closed after/],
  ['reset-peer', {}, /reset after/],
  ['reset-peer', {toxicity: '50%'}, /reset after/],
  ['bandwidth', {rate: '1KB/s'}, /answered after/],
  ['down', {}, /refused after/],
]

/**
 * One suite over every fault on an edge: felt while in force, gone after undo, others' changes left alone. `counts`: the
 * server counts what a toxic touches.
 */
export const edgeFaultContract = (name: string, counts: boolean, start: () => Promise<Proxies>): void => {
  describe(`faults on edges through ${name}`, () => {
    let proxies: Proxies
    let upstream: Server
    let client: ToxiproxyClient
    let faults: Record<string, Fault>

    beforeAll(async () => {
      proxies = await start()
      // Longer than what 1 KB/s lets through at once.
      upstream = createServer((_, response) => response.end('x'.repeat(2_000))).listen(0, '127.0.0.1')
      await once(upstream, 'listening')
      client = connectToxiproxy(proxies.url)
      const address = upstream.address()
      const port = typeof address === 'object' && address ? address.port : 0
      for (const proxy of ['a-to-b-1', 'a-to-b-2']) {
        await client.createProxy({name: proxy, listen: '127.0.0.1:0', upstream: `127.0.0.1:${port}`})
      }
      faults = await loadFaults()
    })

    afterAll(async () => {
      await proxies.stop()
      upstream.closeAllConnections()
      upstream.close()
    })

    const target = (): Target => ({
      name: 'pair',
      endpoints: {},
      toxiproxy: {url: proxies.url},
      edges: {'a->b': {proxies: ['a-to-b-1', 'a-to-b-2'], probe: {kind: 'http', path: '/'}}},
      workloads: {},
      metrics: {kind: 'scrape', intervalMs: 500, targets: []},
      data: {},
    })

    const world = (runId = 'run-1'): World => ({
      runId,
      target: target(),
      clock: systemClock,
      signal: new AbortController().signal,
      toxiproxy: () => client,
      workloads: () => {
        throw new Error('there are none')
      },
    })

    const aimed = (fault: Fault, name: string, given: Record<string, Json>): Aimed<Json> => {
      const options = fault.options.parse({edge: 'a->b', ...given})
      const aim = fault.aim(options, target(), seededRandom(1))
      return {id: 'f1', fault: name, options, startMs: 0, endMs: 1_000, aim}
    }

    /** What the callers of the edge send, whatever comes of it. */
    const traffic = async (): Promise<void> => {
      const signal = AbortSignal.timeout(400)
      const calls = Object.values(await client.proxies()).flatMap(({listen}) =>
        Array.from({length: 20}, () => fetch(`http://${listen}/`, {signal, headers: {connection: 'close'}})),
      )
      await Promise.allSettled(calls)
    }

    const changed = async (): Promise<string[]> =>
      Object.values(await client.proxies()).flatMap(({name, enabled, toxics}) => [
        ...(enabled ? [] : [`${name} is closed`]),
        ...toxics.map((toxic) => `${name} has ${toxic.name}`),
      ])

    it.each(cases)('%s %j is felt on every proxy, and gone after undo', async (name, given, feels) => {
      const fault = faults[name]
      if (!fault) throw new Error(`no fault ${name}`)
      const planned = aimed(fault, name, given)
      const inverse = await fault.prepare(planned, world())
      expect(await changed()).toEqual([])
      try {
        await fault.inject(planned, inverse, world())
        expect(await changed()).toHaveLength(2)
        await traffic()
        const evidence = await fault.observe(planned, inverse, world(), {level: 1})
        expect(evidence).toMatchObject({bit: 'yes'})
        expect(evidence.observations).toHaveLength(2)
        for (const observation of evidence.observations) expect(observation).toMatch(feels)
      } finally {
        // The inverse travels through a file: another process may have to undo.
        await fault.undo(JSON.parse(JSON.stringify(inverse)), world())
      }
      expect(await changed()).toEqual([])
      await fault.undo(inverse, world())
    })

    it('undo is safe when inject never happened', async () => {
      for (const [name, given] of cases) {
        const fault = faults[name]
        if (!fault) continue
        const planned = aimed(fault, name, given)
        await fault.undo(await fault.prepare(planned, world()), world())
      }
      expect(await changed()).toEqual([])
    })

    it('leaves the toxics of others, and what they closed, as they were', async () => {
      const mine = faults['down']
      const slow = faults['latency']
      if (!mine || !slow) throw new Error('no such faults')
      const attributes = {latency: 1, jitter: 0}
      await client.addToxic('a-to-b-1', {
        name: 'theirs',
        type: 'latency',
        stream: 'upstream',
        toxicity: 1,
        attributes,
      })
      await client.setEnabled('a-to-b-2', false)
      const theirs = await changed()
      for (const [name, fault, given] of [
        ['down', mine, {}],
        ['latency', slow, {delay: '50ms'}],
      ] as const) {
        const planned = aimed(fault, name, given)
        const inverse = await fault.prepare(planned, world())
        await fault.inject(planned, inverse, world())
        await fault.undo(inverse, world())
      }
      expect(await changed()).toEqual(theirs)
      await client.removeToxic('a-to-b-1', 'theirs')
      await client.setEnabled('a-to-b-2', true)
    })

    it('sees that nobody uses the edge, where the server counts what a toxic touches', async () => {
      const fault = faults['latency']
      if (!fault) throw new Error('no latency')
      // A name of its own: the server's counts go on.
      const unused = world('run-2')
      const planned = aimed(fault, 'latency', {delay: '100ms'})
      const inverse = await fault.prepare(planned, unused)
      await fault.inject(planned, inverse, unused)
      const first = await fault.observe(planned, inverse, unused, {level: 1})
      const looks = [first, await fault.observe(planned, inverse, unused, {level: 1, earlier: first})]
      await fault.undo(inverse, unused)
      for (const {bit} of looks) expect(bit).toBe(counts ? 'no' : 'yes')
    })

    it('sees that a toxic which somebody took out does not bite', async () => {
      const fault = faults['latency']
      if (!fault) throw new Error('no latency')
      const planned = aimed(fault, 'latency', {delay: '300ms'})
      const inverse = await fault.prepare(planned, world())
      await fault.inject(planned, inverse, world())
      await client.removeToxic('a-to-b-2', 'run-1_f1')
      expect(await fault.observe(planned, inverse, world(), {level: 1})).toMatchObject({bit: 'no'})
      await fault.undo(inverse, world())
    })
  })
}
