import {setTimeout as delay} from 'node:timers/promises'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {
  eventually,
  openRig,
  outcome,
  type Peer,
  type Rig,
  type ServerUnderTest,
  within,
} from './toxiproxy-rig.js'

/** Lower bounds are exact but for the rounding of clocks in two processes; upper ones are generous. */
const clockSlackMs = 1
const slowMs = 3000

const pattern = (bytes: number): Buffer => Buffer.from(Array.from({length: bytes}, (_, index) => index % 251))

export const toxicsContract = (start: () => ServerUnderTest): void => {
  let rig: Rig
  let port: number
  beforeEach(async () => {
    rig = await openRig(start())
    port = await rig.proxy('p', await rig.upstream())
  })
  afterEach(() => rig.close())

  /** Sends to an echo and says how long the last byte took. */
  const roundTrip = async (peer: Peer, data: Buffer): Promise<number> => {
    const before = peer.received().length
    const sentAt = performance.now()
    peer.socket.write(data)
    const received = await peer.receive(before + data.length)
    expect(received.subarray(before).equals(data)).toBe(true)
    return performance.now() - sentAt
  }

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
      await rig.toxic('p', 'latency', {latency: 200})
      const startedAt = performance.now()
      for (let index = 0; index < 10; index++) {
        peer.socket.write(Buffer.from([index]))
        await delay(10)
      }
      expect([...(await peer.receive(11)).subarray(1)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      // Added up, the delays would make 2 s.
      expect(performance.now() - startedAt).toBeLessThan(1500)
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

    it('resets the upstream as well', async () => {
      const seen = outcome<string>()
      const target = await rig.upstream((socket) => {
        socket.on('error', (error: NodeJS.ErrnoException) => seen.resolve(error.code ?? ''))
        socket.resume()
      })
      const peer = await rig.dial(await rig.proxy('q', target))
      await rig.toxic('q', 'reset_peer', {timeout: 0}, {stream: 'upstream'})
      if (rig.server.kind === 'real') return
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
      peer.socket.write(pattern(300))
      await peer.receive(301)
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

  it('slow_close delays the end of the data but not the data', async () => {
    const port = await rig.proxy('q', await rig.upstream((socket) => socket.end('bye')))
    await rig.toxic('q', 'slow_close', {delay: 200})
    const peer = await rig.dial(port)
    await peer.receive(3)
    const gotAt = performance.now()
    expect(await within(peer.ending, 'closing')).toBe('end')
    expect(performance.now() - gotAt).toBeGreaterThanOrEqual(100)
  })

  it('slow_close closes at once when it is removed during its delay', async () => {
    const port = await rig.proxy('q', await rig.upstream((socket) => socket.end('bye')))
    await rig.toxic('q', 'slow_close', {delay: 60_000})
    const peer = await rig.dial(port)
    await peer.receive(3)
    await delay(50)
    await rig.must('DELETE', '/proxies/q/toxics/slow_close_downstream')
    expect(await within(peer.ending, 'closing')).toBe('end')
  })

  it('limit_data passes so many bytes, then closes', async () => {
    await rig.toxic('p', 'limit_data', {bytes: 10})
    const peer = await rig.dial(port)
    peer.socket.write('123456')
    await peer.receive(6)
    peer.socket.write('7890abc')
    expect(await within(peer.ending, 'closing')).toBe('end')
    expect(peer.received().toString()).toBe('1234567890')
  })

  it('limit_data counts on when it is changed', async () => {
    await rig.toxic('p', 'limit_data', {bytes: 10})
    const peer = await rig.dial(port)
    await roundTrip(peer, Buffer.from('123456'))
    await rig.must('PATCH', '/proxies/p/toxics/limit_data_downstream', {attributes: {bytes: 8}})
    peer.socket.write('7890')
    await within(peer.ending, 'closing')
    expect(peer.received().toString()).toBe('12345678')
  })

  it('slicer cuts data into pieces with pauses, and changes none of it', async () => {
    const peer = await open()
    await rig.toxic('p', 'slicer', {average_size: 100, size_variation: 0, delay: 5000})
    const tookMs = await roundTrip(peer, pattern(1000))
    const pieces = peer.reads.slice(1)
    expect(pieces.length).toBeGreaterThanOrEqual(8)
    expect(tookMs).toBeGreaterThanOrEqual(15 * 5 - clockSlackMs)
  })

  it('noop changes nothing', async () => {
    await rig.toxic('p', 'noop', {})
    await roundTrip(await rig.dial(port), pattern(100_000))
  })

  it('toxicity 0 spares every connection and 1 none; a change rolls again', async () => {
    const peer = await open()
    await rig.toxic('p', 'bandwidth', {rate: 0}, {toxicity: 0})
    await roundTrip(peer, Buffer.from('spared'))
    await rig.must('PATCH', '/proxies/p/toxics/bandwidth_downstream', {toxicity: 1})
    peer.socket.write('held')
    await delay(150)
    expect(peer.received().toString()).toBe('xspared')
    await rig.must('PATCH', '/proxies/p/toxics/bandwidth_downstream', {toxicity: 0})
    expect((await peer.receive(11)).toString()).toBe('xsparedheld')
  })

  it('toxicity 0.5 takes some connections and spares others', async () => {
    await rig.toxic('p', 'timeout', {timeout: 1}, {toxicity: 0.5})
    const peers = await Promise.all(Array.from({length: 40}, () => rig.dial(port)))
    for (const peer of peers) peer.socket.write('x')
    await eventually('every connection to be served or closed', () =>
      peers.every(({socket, received}) => received().length > 0 || socket.readableEnded || socket.destroyed),
    )
    const served = peers.filter(({received}) => received().length > 0).length
    // 40 fair coins fall outside of 5 to 35 once in 2 million times.
    expect(served).toBeGreaterThan(4)
    expect(served).toBeLessThan(36)
  })

  describe('enabled: false', () => {
    it('refuses new connections and closes open ones; enabling brings the same port back', async () => {
      const peer = await open()
      await rig.must('PATCH', '/proxies/p', {enabled: false})
      expect(await within(peer.ending, 'closing')).toBe('end')
      await expect(rig.dial(port)).rejects.toMatchObject({code: 'ECONNREFUSED'})
      await rig.must('PATCH', '/proxies/p', {enabled: true})
      await open()
    })

    it('keeps the toxics', async () => {
      await rig.toxic('p', 'latency', {latency: 70})
      await rig.must('PATCH', '/proxies/p', {enabled: false})
      await rig.must('PATCH', '/proxies/p', {enabled: true})
      expect(await roundTrip(await rig.dial(port), Buffer.from('x'))).toBeGreaterThanOrEqual(
        70 - clockSlackMs,
      )
    })
  })

  it('keeps connections on a PATCH with equal values, on a new toxic and on reset', async () => {
    const peer = await open()
    await rig.must('PATCH', '/proxies/p', {enabled: true, listen: `127.0.0.1:${port}`})
    await rig.toxic('p', 'latency', {latency: 1})
    await rig.must('POST', '/reset')
    await roundTrip(peer, Buffer.from('still here'))
  })

  it('closes the client when the upstream refuses', async () => {
    const peer = await rig.dial(await rig.proxy('q', '127.0.0.1:1'))
    expect(await within(peer.ending, 'closing')).toBe('end')
  })

  it('closes the client when the upstream closes, after its last data', async () => {
    const peer = await rig.dial(await rig.proxy('q', await rig.upstream((socket) => socket.end('bye'))))
    expect(await within(peer.ending, 'closing')).toBe('end')
    expect(peer.received().toString()).toBe('bye')
  })

  it('closes the upstream when the client vanishes', async () => {
    const closed = outcome<void>()
    const target = await rig.upstream((socket) => {
      socket.once('close', () => closed.resolve()).on('end', () => socket.end())
      socket.resume()
    })
    const peer = await rig.dial(await rig.proxy('q', target))
    peer.socket.write('x')
    await delay(50)
    peer.socket.resetAndDestroy()
    await within(closed.promise, 'the upstream to close')
  })
}
