import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {openRig, outcome, type Peer, type Rig, type ServerUnderTest, watch, within} from './toxiproxy-rig.js'
import {clockSlackMs, pattern} from './toxiproxy-toxics.js'

/** What one end sends and the other end sees. */
interface Ends {
  sender: Peer
  receiver: Peer
}

/** Sends, and says how long the last byte took. */
const carried = async ({sender, receiver}: Ends, data: Buffer): Promise<number> => {
  const before = receiver.received().length
  const sentAt = performance.now()
  sender.socket.write(data)
  const received = await receiver.receive(before + data.length)
  expect(received.subarray(before).equals(data)).toBe(true)
  return performance.now() - sentAt
}

const endsAfter = async ({sender, receiver}: Ends, data: string): Promise<[ending: string, ms: number]> => {
  const sentAt = performance.now()
  sender.socket.write(data)
  return [await within(receiver.ending, 'the end'), performance.now() - sentAt]
}

/** Each toxic, and how the receiving end can tell that it is there. */
const effects: Record<string, [attributes: object, shows: (ends: Ends) => Promise<void>]> = {
  latency: [
    {latency: 120},
    async (ends) => expect(await carried(ends, pattern(10))).toBeGreaterThanOrEqual(120 - clockSlackMs),
  ],
  bandwidth: [
    {rate: 100},
    async (ends) => expect(await carried(ends, pattern(20_000))).toBeGreaterThanOrEqual(180),
  ],
  slicer: [
    {average_size: 100, delay: 30_000},
    async (ends) => {
      await carried(ends, pattern(1000))
      // Pieces that come while this thread is held up are read as one.
      expect(ends.receiver.reads.length).toBeGreaterThanOrEqual(4)
    },
  ],
  slow_close: [
    {delay: 150},
    async ({sender, receiver}) => {
      const saidAt = performance.now()
      sender.socket.end('bye')
      await receiver.receive(3)
      expect(await within(receiver.ending, 'the end')).toBe('end')
      expect(performance.now() - saidAt).toBeGreaterThanOrEqual(150 - clockSlackMs)
    },
  ],
  timeout: [
    {timeout: 100},
    async (ends) => {
      const [ending, tookMs] = await endsAfter(ends, 'lost')
      expect([ending, ends.receiver.received().length]).toEqual(['end', 0])
      expect(tookMs).toBeGreaterThanOrEqual(100 - clockSlackMs)
    },
  ],
  reset_peer: [
    {timeout: 100},
    async (ends) => {
      const [ending, tookMs] = await endsAfter(ends, 'lost')
      expect([ending, ends.receiver.received().length]).toEqual(['ECONNRESET', 0])
      expect(tookMs).toBeGreaterThanOrEqual(100 - clockSlackMs)
    },
  ],
  limit_data: [
    {bytes: 5},
    async (ends) => {
      expect((await endsAfter(ends, '12345678'))[0]).toBe('end')
      expect(ends.receiver.received().toString()).toBe('12345')
    },
  ],
}
const table = Object.entries(effects).flatMap(([type, [attributes, shows]]) =>
  (['upstream', 'downstream'] as const).map((stream) => ({type, stream, attributes, shows})),
)

/** Every toxic works in the direction that it was given, there alone, and only on the links that its toxicity takes. */
export const directionsContract = (start: () => ServerUnderTest): void => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig(start())
  })
  afterEach(() => rig.close())

  /** Both ends of one connection through a proxy that has this toxic, as the toxic's direction sees them. */
  const connected = async (type: string, stream: string, attributes: object, more = {}): Promise<Ends> => {
    const accepted = outcome<Peer>()
    const port = await rig.proxy('p', await rig.upstream((socket) => accepted.resolve(watch(socket))))
    await rig.toxic('p', type, attributes, {stream, ...more})
    const client = await rig.dial(port)
    const server = await within(accepted.promise, 'the dial')
    return stream === 'upstream' ? {sender: client, receiver: server} : {sender: server, receiver: client}
  }

  describe.each(table)('$type $stream', ({type, stream, attributes, shows}) => {
    it('shows in its direction, and not in the other', async () => {
      const ends = await connected(type, stream, attributes)
      const opposite = {sender: ends.receiver, receiver: ends.sender}
      await carried(opposite, pattern(3000))
      expect(ends.sender.reads.length).toBeLessThan(4)
      await shows(ends)
    })

    it('of toxicity 0 does nothing', async () => {
      const ends = await connected(type, stream, attributes, {toxicity: 0})
      await carried(ends, pattern(3000))
      expect(ends.receiver.reads.length).toBeLessThan(4)
      await carried({sender: ends.receiver, receiver: ends.sender}, pattern(3000))
      await carried(ends, pattern(1000))
    })
  })
}
