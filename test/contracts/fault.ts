import {once} from 'node:events'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Evidence} from '../../src/faults/fault.js'
import type {Json} from '../../src/system/json.js'
import {adjustContract} from './fault-adjust.js'
import {freshConnectionsContract} from './fault-fresh.js'
import {type EdgeRig, type Proxies, startEdge} from './fault-rig.js'
import {within} from './toxiproxy-rig.js'

export type {Proxies} from './fault-rig.js'

/** Every fault on an edge, with options under which a probe must feel it on the answer of 2,000 bytes and its head. */
const cases: [fault: string, options: Record<string, Json>, feels: RegExp][] = [
  ['latency', {delay: '300ms', jitter: '10ms'}, /answered after \d{3,}/],
  ['latency', {delay: '10s'}, /timeout after (1999|[2-9]\d\d\d)/],
  ['latency', {delay: '400ms', direction: 'upstream'}, /answered after \d{3,}/],
  ['timeout', {}, /timeout after/],
  ['timeout', {'close-after': '200ms'}, /closed after/],
  ['reset-peer', {}, /reset after/],
  ['reset-peer', {toxicity: '50%'}, /reset after .* of 7 probes felt it/],
  ['reset-peer', {after: '150ms', direction: 'upstream'}, /reset after \d{3,}/],
  ['bandwidth', {rate: '1KB/s'}, /answered after/],
  ['bandwidth', {rate: '1KB/s', direction: 'upstream'}, /answered after/],
  ['bandwidth', {rate: '0KB/s'}, /timeout after .* and 0 bytes/],
  ['slicer', {'average-size': '100B', delay: '5ms'}, /answered after \d{2,}/],
  ['slicer', {'average-size': '4B', delay: '10ms', direction: 'upstream'}, /answered after/],
  ['slow-close', {delay: '300ms'}, /closed after \d{3,}/],
  ['slow-close', {delay: '300ms', direction: 'upstream'}, /closed after \d{3,}/],
  ['limit-data', {bytes: '1KB'}, /closed after .* and 1000 bytes/],
  ['limit-data', {bytes: '0B'}, /closed after .* and 0 bytes/],
  ['limit-data', {bytes: '10B', direction: 'upstream'}, /(closed|reset) after .* and 0 bytes/],
  ['noop', {}, /answered after/],
  ['down', {}, /refused after/],
]

/**
 * One suite over every fault on an edge: felt while in force, weaker and stronger on demand, gone after undo, others'
 * changes left alone, and a reason where it did not bite. `counts`: the server counts what a toxic touches.
 */
export const edgeFaultContract = (name: string, counts: boolean, start: () => Promise<Proxies>): void => {
  describe(`faults on edges through ${name}`, () => {
    let rig: EdgeRig
    beforeAll(async () => {
      rig = await startEdge(await start())
    })
    afterAll(() => rig.stop())

    it.each(cases)('%s %j is felt on every proxy, and gone after undo', async (name, given, feels) => {
      const [fault, world] = [rig.plan(name, given), rig.world()]
      const once = async (): Promise<{evidence: Evidence; probes: string[]}> => {
        const inverse = await fault.prepare(world)
        expect(await rig.changed()).toEqual([])
        try {
          await fault.inject(inverse, world)
          expect(await rig.changed()).toHaveLength(2)
          await rig.traffic()
          const evidence = await fault.observe(inverse, world)
          return {evidence, probes: evidence.observations.filter((text) => text.startsWith('probe'))}
        } finally {
          await fault.undo(inverse, world)
        }
      }
      const isFelt = ({evidence, probes}: Awaited<ReturnType<typeof once>>): boolean =>
        evidence.bit === 'yes' && probes.every((probe) => feels.test(probe))
      let seen = await once()
      // Where the machine lets neither traffic nor probes through in their time, before the fault or under it, one look
      // tells nothing.
      for (let tries = 1; tries < 3 && !isFelt(seen); tries++) seen = await once()
      const {evidence, probes} = seen
      expect(evidence).toMatchObject({bit: 'yes'})
      expect(probes).toHaveLength(2)
      for (const probe of probes) expect(probe).toMatch(feels)
      expect(await rig.changed()).toEqual([])
    })

    it.each(['latency', 'down'])('undo of %s is safe when inject never happened', async (name) => {
      const [fault, world] = [rig.plan(name, name === 'latency' ? {delay: '1s'} : {}), rig.world()]
      await fault.undo(await fault.prepare(world), world)
      expect(await rig.changed()).toEqual([])
    })

    it('leaves the toxics of others, and what they closed, as they were', async () => {
      const world = rig.world()
      const theirs = {name: 'theirs', type: 'latency', stream: 'upstream', toxicity: 1} as const
      await rig.client.addToxic('a-to-b-1', {...theirs, attributes: {latency: 1, jitter: 0}})
      await rig.client.setEnabled('a-to-b-2', false)
      const before = await rig.changed()
      for (const [name, given] of [
        ['down', {}],
        ['latency', {delay: '50ms'}],
        ['latency', {delay: '50ms', 'fresh-connections': true}],
      ] as const) {
        const fault = rig.plan(name, given)
        const inverse = await fault.prepare(world)
        await fault.inject(inverse, world)
        await fault.adjust(inverse, 0.3, world)
        await fault.undo(inverse, world)
      }
      expect(await rig.changed()).toEqual(before)
      await rig.client.removeToxic('a-to-b-1', 'theirs')
      await rig.client.setEnabled('a-to-b-2', true)
    })

    reasonsContract(() => rig, counts)
    adjustContract(() => rig)
    freshConnectionsContract(() => rig)
  })
}

/** Why a fault did not bite. */
const reasonsContract = (rig: () => EdgeRig, counts: boolean): void => {
  /** Looks at the fault of a run of its own (the server's counts go on) after something happened. */
  const lookAfter = async (
    runId: string,
    [name, given]: [string, Record<string, Json>],
    happens: () => Promise<void>,
  ) => {
    const [fault, world] = [rig().plan(name, given), rig().world(runId)]
    const inverse = await fault.prepare(world)
    try {
      await fault.inject(inverse, world)
      await happens()
      const first = await fault.observe(inverse, world)
      return [first, await fault.observe(inverse, world, {level: 1, earlier: first})]
    } finally {
      await fault.undo(inverse, world)
    }
  }
  const slow: [string, Record<string, Json>] = ['latency', {delay: '100ms'}]

  it('says that nobody uses the edge, where the server counts what a toxic touches', async () => {
    for (const {bit, observations} of await lookAfter('idle', slow, async () => {})) {
      expect(bit).toBe(counts ? 'no' : 'yes')
      if (counts)
        expect(observations[0]).toMatch(/^no traffic on a->b since the fault began: no answers came/)
    }
  })

  it('says that somebody took the toxic out', async () => {
    const looks = await lookAfter('robbed', slow, () => rig().client.removeToxic('a-to-b-2', 'robbed_f1'))
    for (const look of looks) {
      const observations = [expect.stringMatching(/^proxy a-to-b-2 does not list the toxic/)]
      expect(look).toMatchObject({bit: 'no', observations})
    }
  })

  it('says that somebody closed the proxy', async () => {
    const looks = await lookAfter('closed', slow, () => rig().client.setEnabled('a-to-b-1', false))
    await rig().client.setEnabled('a-to-b-1', true)
    for (const look of looks) {
      expect(look).toMatchObject({
        bit: 'no',
        observations: [expect.stringMatching(/^proxy a-to-b-1 is closed/)],
      })
    }
  })

  it('says that the share was too small for the few connections', async () => {
    const rare: [string, Record<string, Json>] = ['reset-peer', {toxicity: '0.0001%'}]
    const [look] = await lookAfter('rare', rare, () => rig().traffic())
    expect(look?.bit).toBe(counts ? 'no' : 'unknown')
    expect(look?.observations.join('\n')).toMatch(/64 probes, none rolled under 0\.0001%/)
    if (counts)
      expect(look?.observations[0]).toMatch(/^toxicity rolled 0: \d+ connections, none rolled under 0\.0001%/)
  })

  it('says that the pool kept its connections from before', async () => {
    const sockets = await Promise.all([rig().pooled('a-to-b-1'), rig().pooled('a-to-b-2')])
    const rare: [string, Record<string, Json>] = ['reset-peer', {toxicity: '0.0001%'}]
    const [look] = await lookAfter('pool', rare, async () => {
      const answered = sockets.map((socket) => once(socket, 'data'))
      for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nHost: pool\r\n\r\n')
      await within(Promise.all(answered), 'the answers')
    })
    for (const socket of sockets) socket.destroy()
    if (counts) expect(look?.observations[0]).toMatch(/^toxicity rolled 0: \d connections, all .*\(pooled\)/)
  })

  it('says that too little passed to reach the limit', async () => {
    const far: [string, Record<string, Json>] = ['limit-data', {bytes: '10MB'}]
    const [look] = await lookAfter('far', far, () => rig().traffic())
    expect(look?.bit).toBe(counts ? 'no' : 'unknown')
    if (counts) expect(look?.observations[0]).toMatch(/^only [\d.]+KB of traffic met it, less than the 10MB/)
  })
}
