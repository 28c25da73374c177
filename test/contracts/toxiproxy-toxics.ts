import {setTimeout as delay} from 'node:timers/promises'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {
  type OnlyOurs,
  openRig,
  outcome,
  type Peer,
  type Rig,
  type ServerUnderTest,
  within,
} from './toxiproxy-rig.js'

/** Lower bounds are exact but for the rounding of clocks in two processes; upper ones are generous. */
export const clockSlackMs = 1
const slowMs = 10_000

export const pattern = (bytes: number): Buffer =>
  Buffer.from(Array.from({length: bytes}, (_, index) => index % 251))

/** Sends to an echo and says how long the last byte took. */
export const roundTrip = async (peer: Peer, data: Buffer): Promise<number> => {
  const before = peer.received().length
  const sentAt = performance.now()
  peer.socket.write(data)
  const received = await peer.receive(before + data.length)
  expect(received.subarray(before).equals(data)).toBe(true)
  return performance.now() - sentAt
}

export const toxicsContract = (start: () => ServerUnderTest, only: OnlyOurs): void => {
  let rig: Rig
  let port: number
  beforeEach(async () => {
    rig = await openRig(start())
    port = await rig.proxy('p', await rig.upstream())
  })
  afterEach(() => rig.close())

  /** A connection that is known to carry data. */
  const open = async (): Promise<Peer> => {
    const peer = await rig.dial(port)
    await roundTrip(peer, Buffer.from('x'))
    return peer
  }

  it('carries a large body unchanged without toxics', async () => {
    await roundTrip(await open(), pattern(3_000_000))
  })

  it('carries a large body unchanged through a chain of toxics that come and go', async () => {
    const peer = await open()
    const data = pattern(2_000_000)
    const done = roundTrip(peer, data)
    for (const [index, type] of ['latency', 'bandwidth', 'slicer', 'noop'].entries()) {
      const attributes = {latency: 10, rate: 50_000, average_size: 5000, size_variation: 100}
      await rig.toxic('p', type, attributes, {stream: index % 2 ? 'upstream' : 'downstream'})
      await delay(5)
    }
    for (const {name} of (await rig.must('GET', '/proxies/p/toxics')).json as {name: string}[]) {
      await rig.must('DELETE', `/proxies/p/toxics/${name}`)
      await delay(5)
    }
    await done
  })

  describe('latency', () => {
    it('delays each way by its own latency, also on connections that were open before', async () => {
      const peer = await open()
      await rig.toxic('p', 'latency', {latency: 60}, {stream: 'upstream'})
      await rig.toxic('p', 'latency', {latency: 40})
      const tookMs = await roundTrip(peer, Buffer.from('hello'))
      expect(tookMs).toBeGreaterThanOrEqual(100 - clockSlackMs)
      expect(tookMs).toBeLessThan(slowMs)
    })

    it('shifts a stream of chunks instead of slowing it', async () => {
      const peer = await open()
      await rig.toxic('p', 'latency', {latency: 600})
      const startedAt = performance.now()
      for (let index = 0; index < 10; index++) {
        peer.socket.write(Buffer.from([index]))
        await delay(10)
      }
      expect([...(await peer.receive(11)).subarray(1)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      // Added up, the delays would make 6 s.
      expect(performance.now() - startedAt).toBeLessThan(5500)
    })

    it('adds up over two toxics', async () => {
      await rig.toxic('p', 'latency', {latency: 80}, {name: 'a'})
      await rig.toxic('p', 'latency', {latency: 50}, {name: 'b'})
      expect(await roundTrip(await rig.dial(port), Buffer.from('x'))).toBeGreaterThanOrEqual(
        130 - clockSlackMs,
      )
    })

    it('lets everything it holds go at once when it is removed', async () => {
      const peer = await open()
      await rig.toxic('p', 'latency', {latency: 60_000})
      for (const byte of [1, 2, 3]) {
        peer.socket.write(Buffer.from([byte]))
        await delay(20)
      }
      await rig.must('DELETE', '/proxies/p/toxics/latency_downstream')
      expect([...(await peer.receive(4)).subarray(1)]).toEqual([1, 2, 3])
    })

    it('of 0 delays by its jitter alone', async () => {
      const peer = await open()
      await rig.toxic('p', 'latency', {latency: 0, jitter: 200})
      const tookMs: number[] = []
      // Two in five take longer than this; all twenty fall below once in 28,000 times.
      for (let index = 0; index < 20 && Math.max(...tookMs) < 40; index++)
        tookMs.push(await roundTrip(peer, Buffer.from('x')))
      expect(Math.max(...tookMs)).toBeGreaterThanOrEqual(40)
    })

    it('spreads delays within latency ± jitter', async () => {
      const peer = await open()
      await rig.toxic('p', 'latency', {latency: 50, jitter: 30})
      const tookMs: number[] = []
      for (let index = 0; index < 12; index++) tookMs.push(await roundTrip(peer, Buffer.from('x')))
      expect(Math.min(...tookMs)).toBeGreaterThanOrEqual(20 - clockSlackMs)
      expect(Math.max(...tookMs) - Math.min(...tookMs)).toBeGreaterThan(5)
    })
  })

  describe('timeout', () => {
    it('drops all data and closes after the quiet time', async () => {
      await rig.toxic('p', 'timeout', {timeout: 150})
      const peer = await rig.dial(port)
      const startedAt = performance.now()
      peer.socket.write('x')
      expect(await within(peer.ending, 'closing')).toBe('end')
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(150 - clockSlackMs)
      expect(peer.received()).toHaveLength(0)
    })

    it('of 0 is a black hole until it is removed, which closes the connection', async () => {
      const peer = await open()
      await rig.toxic('p', 'timeout', {timeout: 0})
      peer.socket.write('lost')
      expect(await Promise.race([peer.ending, delay(150, 'still open')])).toBe('still open')
      await rig.must('DELETE', '/proxies/p/toxics/timeout_downstream')
      expect(await within(peer.ending, 'closing')).toBe('end')
      expect(peer.received().toString()).toBe('x')
    })

    it('that spared a connection leaves it alone when removed (the original closes it)', async () => {
      const peer = await open()
      await rig.toxic('p', 'timeout', {timeout: 0}, {toxicity: 0})
      await roundTrip(peer, Buffer.from('spared'))
      await rig.must('DELETE', '/proxies/p/toxics/timeout_downstream')
      if (rig.server.kind === 'real') expect(await within(peer.ending, 'closing')).toBe('end')
      else await roundTrip(peer, Buffer.from('still here'))
    })
  })

  describe('reset_peer', () => {
    it('resets new connections after its timeout', async () => {
      await rig.toxic('p', 'reset_peer', {timeout: 80})
      const peer = await rig.dial(port)
      const startedAt = performance.now()
      peer.socket.write('x')
      expect(await within(peer.ending, 'the reset')).toBe('ECONNRESET')
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(80 - clockSlackMs)
      expect(peer.received()).toHaveLength(0)
    })

    it('resets connections that were open before too (the original closes them with FIN)', async () => {
      const peer = await open()
      await rig.toxic('p', 'reset_peer', {timeout: 0})
      peer.socket.write('x')
      expect(await within(peer.ending, 'the reset')).toBe(rig.server.kind === 'real' ? 'end' : 'ECONNRESET')
    })

    only('resets the upstream as well (the original resets new connections only)', async () => {
      const seen = outcome<string>()
      const target = await rig.upstream((socket) => {
        socket.on('error', (error: NodeJS.ErrnoException) => seen.resolve(error.code ?? ''))
        socket.resume()
      })
      const peer = await rig.dial(await rig.proxy('q', target))
      await rig.toxic('q', 'reset_peer', {timeout: 0}, {stream: 'upstream'})
      peer.socket.write('x')
      expect(await within(seen.promise, 'the reset')).toBe('ECONNRESET')
    })
  })

  describe('bandwidth', () => {
    it('carries 100 KB at 200 KB/s in half a second, unchanged', async () => {
      const peer = await open()
      await rig.toxic('p', 'bandwidth', {rate: 200})
      const tookMs = await roundTrip(peer, pattern(100_000))
      expect(tookMs).toBeGreaterThanOrEqual(480)
      expect(tookMs).toBeLessThan(slowMs)
    })

    it('lets a low rate trickle instead of holding the whole back', async () => {
      const peer = await open()
      await rig.toxic('p', 'bandwidth', {rate: 1})
      peer.socket.write(pattern(900))
      await peer.receive(901)
      expect(peer.reads.length).toBeGreaterThanOrEqual(3)
    })

    it('of 0 stalls without losing data, and the data goes on when it is removed', async () => {
      const peer = await open()
      await rig.toxic('p', 'bandwidth', {rate: 0})
      peer.socket.write('held')
      await delay(250)
      expect(peer.received().toString()).toBe('x')
      await rig.must('DELETE', '/proxies/p/toxics/bandwidth_downstream')
      expect((await peer.receive(5)).toString()).toBe('xheld')
    })

    it('of 0 keeps the data when it is changed to a rate', async () => {
      const peer = await open()
      await rig.toxic('p', 'bandwidth', {rate: 0})
      peer.socket.write('held')
      await delay(150)
      await rig.must('PATCH', '/proxies/p/toxics/bandwidth_downstream', {attributes: {rate: 1000}})
      expect((await peer.receive(5)).toString()).toBe('xheld')
    })
  })
}
