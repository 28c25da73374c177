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
import {clockSlackMs, pattern, roundTrip} from './toxiproxy-toxics.js'

/** The toxics that shape or end a connection, the dice, and when connections live and die. */
export const connectionsContract = (start: () => ServerUnderTest): void => {
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

  it('slow_close delays the end of the data but not the data', async () => {
    const port = await rig.proxy('q', await rig.upstream((socket) => socket.end('bye')))
    await rig.toxic('q', 'slow_close', {delay: 1000})
    const dialledAt = performance.now()
    const peer = await rig.dial(port)
    await peer.receive(3)
    expect(peer.socket.readableEnded).toBe(false)
    expect(await within(peer.ending, 'closing')).toBe('end')
    expect(performance.now() - dialledAt).toBeGreaterThanOrEqual(1000 - clockSlackMs)
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

  it('limit_data closes with the last byte that it lets by, without a further one', async () => {
    await rig.toxic('p', 'limit_data', {bytes: 10})
    const peer = await rig.dial(port)
    peer.socket.write('1234567890')
    expect(await within(peer.ending, 'closing')).toBe('end')
    expect(peer.received().toString()).toBe('1234567890')
  })

  it.each([0, -1])('limit_data of %d closes at the first byte, not before', async (bytes) => {
    await rig.toxic('p', 'limit_data', {bytes})
    const peer = await rig.dial(port)
    expect(await Promise.race([peer.ending, delay(100, 'still open')])).toBe('still open')
    peer.socket.write('x')
    expect(await within(peer.ending, 'closing')).toBe('end')
    expect(peer.received()).toHaveLength(0)
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
    await rig.toxic('p', 'slicer', {average_size: 100, size_variation: 0, delay: 30_000})
    const tookMs = await roundTrip(peer, pattern(1000))
    // Pieces that come while this thread is held up are read as one.
    expect(peer.reads.slice(1).length).toBeGreaterThanOrEqual(4)
    expect(tookMs).toBeGreaterThanOrEqual(8 * 30 - clockSlackMs)
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

  it('timeout starts again with each chunk, and with each change', async () => {
    await rig.toxic('p', 'timeout', {timeout: 1500}, {stream: 'upstream'})
    const peer = await rig.dial(port)
    const startedAt = performance.now()
    for (let time = 0; time < 3; time++) {
      await delay(400)
      peer.socket.write('x')
    }
    await delay(400)
    await rig.must('PATCH', '/proxies/p/toxics/timeout_upstream', {})
    expect(await within(peer.ending, 'closing')).toBe('end')
    // 4 × 400 ms pass before the last restart.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(3100 - 2 * clockSlackMs)
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
