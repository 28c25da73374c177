import {describe, expect, it} from 'vitest'
import type {ToxiproxyClient} from '../../../src/clients/toxiproxy.js'
import {edgeTraffic} from '../../../src/faults/edges/toxic-traffic.js'
import {startToxiproxyServer} from '../../../src/toxiproxy/server.js'

const answering = (text: string | undefined): ToxiproxyClient => {
  const metrics = async () => text
  // Only the metrics are read.
  return {metrics} as unknown as ToxiproxyClient
}

const of = {proxies: ['a', 'o"d\\d'], toxic: 't', direction: 'upstream'}

describe('the traffic of an edge', () => {
  it('is the sum over its proxies, for its toxic and direction', async () => {
    const text = `# HELP shakedown_proxy_connections_total Connections accepted.
shakedown_proxy_connections_total{proxy="a"} 3
shakedown_proxy_connections_total{proxy="o\\"d\\\\d"} 4
shakedown_proxy_connections_total{proxy="other"} 100
shakedown_proxy_active_connections{proxy="a"} 2
shakedown_toxic_chunks_total{proxy="a",toxic="t"} 7
shakedown_toxic_chunks_total{proxy="a",toxic="their"} 100
shakedown_toxic_chunks_total{proxy="other",toxic="t"} 100
shakedown_toxic_bytes_total{proxy="a",toxic="t"} 70
shakedown_toxic_connections_total{proxy="a",toxic="t"} 1
toxiproxy_proxy_received_bytes_total{direction="upstream",listener="l",proxy="a",upstream="u}"} 11
toxiproxy_proxy_received_bytes_total{direction="downstream",listener="l",proxy="a",upstream="u"} 100
`
    expect(await edgeTraffic(answering(text), of)).toEqual({
      chunks: 7,
      touched: 70,
      hit: 1,
      bytes: 11,
      opened: 7,
      active: 2,
    })
  })

  it('is unknown where the server counts only what has ended, or nothing', async () => {
    const ended = 'toxiproxy_proxy_received_bytes_total{direction="upstream",proxy="a"} 11\n'
    expect(await edgeTraffic(answering(ended), of)).toBeUndefined()
    expect(await edgeTraffic(answering(undefined), of)).toBeUndefined()
  })

  it('is known of a proxy of ours that nobody has used', async () => {
    const server = await startToxiproxyServer({host: '127.0.0.1', port: 0})
    try {
      const {connectToxiproxy} = await import('../../../src/clients/toxiproxy.js')
      const client = connectToxiproxy(server.url)
      await client.createProxy({name: 'a', listen: '127.0.0.1:0', upstream: 'u:1'})
      expect(await edgeTraffic(client, of)).toMatchObject({chunks: 0, opened: 0, active: 0})
    } finally {
      await server.close()
    }
  })
})
