// How exactly the toxics that keep time do so. Source and client are both here, on one clock.
import {once} from 'node:events'
import {connect, createServer} from 'node:net'
import {setTimeout as delay} from 'node:timers/promises'
import {openProxy} from './servers.mjs'

/** A source that this process holds both ends of: `source` writes, `client` reads what came through the proxy. */
const throughProxy = async (server, name, toxic, use) => {
  const listener = createServer({noDelay: true}).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const port = await openProxy(server, name, listener.address().port, [toxic])
  const client = connect({port, host: '127.0.0.1', noDelay: true})
  const [source] = await once(listener, 'connection')
  try {
    return await use(source, client)
  } finally {
    client.destroy()
    source.destroy()
    listener.close()
  }
}

/** Delays of `count` chunks under latency 100 ± 0, in milliseconds. */
export const latencyDelays = (server, count) =>
  throughProxy(
    server,
    'latency',
    {type: 'latency', attributes: {latency: 100, jitter: 0}},
    async (source, client) => {
      const sentAt = []
      const delays = []
      let partial = 0
      client.on('data', (data) => {
        // Each chunk is 8 bytes; two may be read at once.
        partial += data.length
        while (partial >= 8 * (delays.length + 1)) delays.push(performance.now() - sentAt[delays.length])
      })
      for (let index = 0; index < count; index++) {
        sentAt.push(performance.now())
        source.write(Buffer.alloc(8))
        await delay(7)
      }
      while (delays.length < count) await once(client, 'data')
      return delays
    },
  )

/** How long 480 KB take under 1,000 KB/s, in milliseconds, first write to last byte. */
export const bandwidthDuration = (server, round) =>
  throughProxy(
    server,
    `bandwidth-${round}`,
    {type: 'bandwidth', attributes: {rate: 1000}},
    async (source, client) => {
      await delay(50)
      const start = performance.now()
      source.write(Buffer.alloc(480_000))
      for (let received = 0; received < 480_000; ) received += (await once(client, 'data'))[0].length
      return performance.now() - start
    },
  )
