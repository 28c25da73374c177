import {setTimeout as delay} from 'node:timers/promises'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {blackHole} from './toxiproxy-black-hole.js'
import {
  eventually,
  openRig,
  outcome,
  type Peer,
  type Rig,
  type ServerUnderTest,
  watch,
  within,
} from './toxiproxy-rig.js'
import {pattern} from './toxiproxy-toxics.js'

/** More than the kernel takes on both hops, so that the proxy itself has to wait. */
const flood = Buffer.alloc(24 * 1024 * 1024, pattern(251))

/** Far below the 25 s after which the original gives up; enough for a busy machine. */
const atOnceMs = 10_000

/**
 * Peers that stop reading, and servers that never answer a dial. Each of these hangs a request to the original until its
 * 25 s are over, and some of them its whole API until it is restarted.
 */
export const stuckContract = (start: () => ServerUnderTest): void => {
  let rig: Rig
  let port: number
  let server: Promise<Peer>
  beforeEach(async () => {
    rig = await openRig(start())
    const accepted = outcome<Peer>()
    server = accepted.promise
    port = await rig.proxy('p', await rig.upstream((socket) => accepted.resolve(watch(socket))))
  })
  afterEach(() => rig.close())

  const atOnce = async (...calls: [method: string, path: string, body?: unknown][]): Promise<void> => {
    const startedAt = performance.now()
    for (const call of calls) await rig.must(...call)
    await rig.must('GET', '/proxies')
    expect(performance.now() - startedAt).toBeLessThan(atOnceMs)
  }

  /** A connection on which `stream` is stuck: one end sends and sends, the other does not read. */
  const stuck = async (stream: string): Promise<{client: Peer; reader: Peer}> => {
    const client = await rig.dial(port)
    const [sender, reader] =
      stream === 'upstream'
        ? [client, await within(server, 'the dial')]
        : [await within(server, 'the dial'), client]
    reader.socket.pause()
    sender.socket.write(flood)
    await delay(100)
    return {client, reader}
  }

  const toxics: [string, object][] = [
    ['latency', {latency: 1}],
    ['bandwidth', {rate: 10_000_000}],
    ['slicer', {average_size: 30_000}],
    ['slow_close', {delay: 1}],
    ['limit_data', {bytes: flood.length * 2}],
    ['noop', {}],
  ]

  describe.each(['upstream', 'downstream'])('a reader that does not read, %s', (stream) => {
    it.each(toxics)('%s is changed and removed at once, and nothing is lost', async (type, attributes) => {
      await rig.toxic('p', type, attributes, {name: 't', stream})
      const {reader} = await stuck(stream)
      await atOnce(['PATCH', '/proxies/p/toxics/t', {}], ['DELETE', '/proxies/p/toxics/t'])
      reader.socket.resume()
      expect((await reader.receive(flood.length)).equals(flood)).toBe(true)
    })

    it('gets everything once it reads, without toxics too', async () => {
      const {reader} = await stuck(stream)
      reader.socket.resume()
      expect((await reader.receive(flood.length)).equals(flood)).toBe(true)
    })

    it('a toxic is added at once', async () => {
      await stuck(stream)
      await atOnce(['POST', '/proxies/p/toxics', {type: 'latency', stream}])
    })

    it('all proxies are reset at once, and nothing is lost', async () => {
      await rig.toxic('p', 'latency', {latency: 1}, {stream})
      const {reader} = await stuck(stream)
      await atOnce(['POST', '/reset'])
      reader.socket.resume()
      expect((await reader.receive(flood.length)).equals(flood)).toBe(true)
    })

    it('the proxy is replaced by populate, disabled, enabled and deleted at once', async () => {
      await rig.toxic('p', 'latency', {latency: 1}, {stream})
      const {client} = await stuck(stream)
      const other = {name: 'p', listen: `127.0.0.1:${port}`, upstream: '127.0.0.1:1'}
      await atOnce(['POST', '/populate', [other]])
      client.socket.resume()
      await within(client.ending, 'closing')
      await atOnce(
        ['PATCH', '/proxies/p', {enabled: false}],
        ['PATCH', '/proxies/p', {enabled: true}],
        ['DELETE', '/proxies/p'],
      )
    })
  })

  it('a client that leaves without having read is forgotten, and the next one is served', async () => {
    await rig.toxic('p', 'latency', {latency: 1})
    const {client} = await stuck('downstream')
    client.socket.destroy()
    await atOnce(['DELETE', '/proxies/p/toxics/latency_downstream'])
    const next = await rig.dial(await rig.proxy('q', await rig.upstream()))
    next.socket.write('x')
    await next.receive(1)
    await eventually('the connection to be forgotten', async () =>
      (await rig.call('GET', '/metrics')).text.includes('shakedown_proxy_active_connections{proxy="p"} 0'),
    )
    await atOnce(['DELETE', '/proxies/p'])
  })

  describe('a server that never answers a dial', () => {
    it('makes no other client wait, and neither a change nor the end of its proxy', async () => {
      const hole = await blackHole()
      try {
        const holePort = await rig.proxy('hole', hole.address)
        for (let client = 0; client < 3; client++) (await rig.dial(holePort)).socket.write('x')
        await delay(100)
        await atOnce(['PATCH', '/proxies/hole', {upstream: await rig.upstream()}])
        const served = await rig.dial(holePort)
        served.socket.write('x')
        await served.receive(1)
        await atOnce(['PATCH', '/proxies/hole', {upstream: hole.address}])
        await rig.dial(holePort)
        await atOnce(['DELETE', '/proxies/hole'])
      } finally {
        hole.close()
      }
    })
  })
}
