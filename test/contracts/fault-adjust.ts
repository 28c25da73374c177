import {expect, it} from 'vitest'
import {probeEdge} from '../../src/clients/probe.js'
import type {Json} from '../../src/system/json.js'
import type {EdgeRig} from './fault-rig.js'

/** What the API shows of a toxic at half its strength. */
const halves: [fault: string, options: Record<string, Json>, toxicity: number, attributes: object][] = [
  ['latency', {delay: '300ms', jitter: '30ms', toxicity: '80%'}, 0.8, {latency: 150, jitter: 15}],
  ['slow-close', {delay: '2s'}, 1, {delay: 1_000}],
  ['bandwidth', {rate: '10KB/s'}, 1, {rate: 20}],
  [
    'slicer',
    {'average-size': '10B', 'size-variation': '5B', delay: '3ms'},
    1,
    {average_size: 20, size_variation: 10, delay: 1_500},
  ],
  ['timeout', {'close-after': '1s', toxicity: '80%'}, 0.4, {timeout: 1_000}],
  ['reset-peer', {after: '100ms'}, 0.5, {timeout: 100}],
  ['limit-data', {bytes: '1KB'}, 0.5, {bytes: 1_000}],
  ['noop', {}, 0.5, {}],
]

/** The strength of a fault goes up and down while it is in force. */
export const adjustContract = (rig: () => EdgeRig): void => {
  const toxics = async () => Object.values(await rig().client.proxies()).flatMap((proxy) => proxy.toxics)

  it.each(halves)(
    '%s %j can be half as strong, gone, and back',
    async (name, given, toxicity, attributes) => {
      const world = rig().world()
      const fault = rig().plan(name, given, [{atMs: 0, level: 0.5}])
      const inverse = await fault.prepare(world)
      try {
        await fault.inject(inverse, world)
        const half = await toxics()
        expect(half).toHaveLength(2)
        for (const toxic of half) {
          expect(toxic.toxicity).toBeCloseTo(toxicity, 6)
          expect(toxic.attributes).toEqual(attributes)
        }
        await fault.adjust(inverse, 0, world)
        // One that drops data is taken out, or what it let go would have a hole.
        expect((await toxics()).map((toxic) => toxic.toxicity)).toEqual(name === 'timeout' ? [] : [0, 0])
        await fault.adjust(inverse, 1, world)
        const full = await toxics()
        const asked = rig().plan(name, given)
        await fault.adjust(inverse, 0.5, world)
        expect(await toxics()).toEqual(half)
        await fault.undo(inverse, world)
        await asked.inject(await asked.prepare(world), world)
        expect(await toxics()).toEqual(full)
      } finally {
        await fault.undo(inverse, world)
      }
      expect(await rig().changed()).toEqual([])
    },
  )

  it('is felt through a connection that stays', async () => {
    const world = rig().world()
    const fault = rig().plan('latency', {delay: '2s'}, [{atMs: 0, level: 0}])
    const socket = await rig().pooled('a-to-b-1')
    const inverse = await fault.prepare(world)
    let received = ''
    socket.on('data', (data) => {
      received += String(data)
    })
    const answerMs = async (): Promise<number> => {
      received = ''
      const askedAt = performance.now()
      socket.write('GET / HTTP/1.1\r\nHost: pool\r\n\r\n')
      // All of the answer: the next must not be taken for the rest of this one.
      await expect.poll(() => received.endsWith('x'.repeat(2_000)), {interval: 5}).toBe(true)
      return performance.now() - askedAt
    }
    try {
      await fault.inject(inverse, world)
      expect(await answerMs()).toBeLessThan(1_995)
      await fault.adjust(inverse, 1, world)
      expect(await answerMs()).toBeGreaterThan(1_995)
      await fault.adjust(inverse, 0, world)
      expect(await answerMs()).toBeLessThan(1_995)
    } finally {
      socket.destroy()
      await fault.undo(inverse, world)
    }
  })

  it('a timeout that gets weaker closes what it had swallowed from', async () => {
    const world = rig().world()
    const fault = rig().plan('timeout', {})
    const socket = await rig().pooled('a-to-b-1')
    const inverse = await fault.prepare(world)
    try {
      await fault.inject(inverse, world)
      socket.write('GET / HTTP/1.1\r\nHost: pool\r\n\r\n')
      // Until it is swallowed, which nobody tells of.
      await new Promise((resolve) => setTimeout(resolve, 500))
      const ended = new Promise((resolve) => socket.once('close', resolve))
      await fault.adjust(inverse, 0, world)
      await ended
    } finally {
      socket.destroy()
      await fault.undo(inverse, world)
    }
  })

  it('down is closed from half its strength on', async () => {
    const world = rig().world()
    const fault = rig().plan('down', {}, [{atMs: 0, level: 0.1}])
    const inverse = await fault.prepare(world)
    try {
      await fault.inject(inverse, world)
      expect(await rig().changed()).toEqual([])
      await fault.adjust(inverse, 0.5, world)
      expect(await rig().changed()).toEqual(['a-to-b-1 is closed', 'a-to-b-2 is closed'])
      await fault.adjust(inverse, 0.49, world)
      expect(await rig().changed()).toEqual([])
      expect(await fault.observe(inverse, world, {level: 0.49})).toMatchObject({bit: 'unknown'})
    } finally {
      await fault.undo(inverse, world)
    }
  })

  it('what is only weak is not called without effect', async () => {
    const world = rig().world('weak')
    const fault = rig().plan('latency', {delay: '200ms'})
    const inverse = await fault.prepare(world)
    try {
      await fault.inject(inverse, world)
      await fault.adjust(inverse, 0.05, world)
      await rig().traffic()
      // At full strength not to be felt means not to be there.
      expect(await fault.observe(inverse, world, {level: 1})).toMatchObject({bit: 'no'})
      expect(await fault.observe(inverse, world, {level: 0.9})).toMatchObject({bit: 'unknown'})
      await fault.adjust(inverse, 0, world)
      expect(await fault.observe(inverse, world, {level: 0})).toMatchObject({bit: 'unknown'})
    } finally {
      await fault.undo(inverse, world)
    }
  })

  it('does not put back what somebody took out', async () => {
    const world = rig().world()
    const fault = rig().plan('latency', {delay: '200ms'})
    const inverse = await fault.prepare(world)
    try {
      await fault.inject(inverse, world)
      await rig().client.removeToxic('a-to-b-1', 'run-1_f1')
      await fault.adjust(inverse, 0.5, world)
      expect(await rig().changed()).toEqual(['a-to-b-2 has run-1_f1'])
    } finally {
      await fault.undo(inverse, world)
    }
    const [healthy] = Object.values(await rig().client.proxies())
    const answer = await probeEdge(healthy?.listen ?? '', {kind: 'http', path: '/'}, {limitMs: 1_000})
    expect(answer).toMatchObject({outcome: 'answered'})
  })
}
