import {afterEach, describe, expect, it} from 'vitest'
import {openPrometheus} from '../../src/clients/prometheus.js'
import {routeTo} from '../../src/clients/prometheus-route.js'
import {type ForwardProxy, startForwardProxy} from '../fakes/forward-proxy.js'
import {startFakePrometheus, success, vector} from '../fakes/metrics-prometheus.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const startProxy = async (toPort: number): Promise<ForwardProxy> => {
  const proxy = await startForwardProxy(toPort)
  closers.push(proxy.close)
  return proxy
}

describe('a proxy from the environment', () => {
  it('carries plain requests without a tunnel, with its own credentials', async () => {
    const server = await startFakePrometheus((_, response) => success(response, vector()))
    closers.push(server.close)
    const proxy = await startProxy(Number(new URL(server.url).port))
    const client = openPrometheus({
      url: 'http://prometheus.test:9090/prom',
      environment: {HTTP_PROXY: `http://me:s%40cret@127.0.0.1:${proxy.port}`},
    })
    closers.push(client.close)
    await client.query('up', 0)
    const authorization = `Basic ${Buffer.from('me:s@cret').toString('base64')}`
    expect(proxy.seen).toEqual([`POST http://prometheus.test:9090/prom/api/v1/query ${authorization}`])
    expect(server.asked[0]).toMatchObject({path: '/prom/api/v1/query', query: 'up'})
  })

  it('carries https in a tunnel, and is named when it does not work', async () => {
    const server = await startFakePrometheus((_, response) => success(response, vector()))
    closers.push(server.close)
    const proxy = await startProxy(Number(new URL(server.url).port))
    const client = openPrometheus({
      url: 'https://prometheus.test',
      environment: {HTTPS_PROXY: `127.0.0.1:${proxy.port}`},
    })
    closers.push(client.close)
    // Behind the tunnel is a server without TLS.
    await expect(client.query('up', 0, {patienceMs: 0})).rejects.toMatchObject({
      message: expect.stringContaining('https://prometheus.test (through the proxy of HTTPS_PROXY)'),
      hint: expect.stringMatching(/does not speak TLS.*NO_PROXY/),
    })
    expect(proxy.seen).toEqual(['CONNECT prometheus.test:443'])
  })

  it('that is no address is a user error without it', () => {
    expect(() => routeTo('http://a.test', {}, {http_proxy: 'ftp://me:secret@x'})).toThrow(
      expect.objectContaining({name: 'UserError', message: expect.not.stringContaining('secret')}),
    )
  })

  it.each([
    ['http://a.test', {}, undefined],
    ['http://a.test', {HTTP_PROXY: 'http://p:1'}, 'HTTP_PROXY'],
    ['http://a.test', {HTTP_PROXY: 'http://p:1', http_proxy: 'http://q:1'}, 'http_proxy'],
    ['http://a.test', {HTTPS_PROXY: 'http://p:1'}, undefined],
    ['https://a.test', {HTTP_PROXY: 'http://p:1'}, undefined],
    ['https://a.test', {HTTPS_PROXY: 'http://p:1'}, 'HTTPS_PROXY'],
    ['https://a.test', {HTTPS_PROXY: ''}, undefined],
    ['https://a.test', {HTTPS_PROXY: 'http://p:1', NO_PROXY: '*'}, undefined],
    ['https://a.test', {HTTPS_PROXY: 'http://p:1', NO_PROXY: 'b.test, a.test'}, undefined],
    ['https://x.a.test', {HTTPS_PROXY: 'http://p:1', NO_PROXY: '.a.test'}, undefined],
    ['https://xa.test', {HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.test'}, 'HTTPS_PROXY'],
    ['https://a.test', {HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.test:8443'}, 'HTTPS_PROXY'],
    ['https://a.test:8443', {HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.test:8443'}, undefined],
    ['https://localhost', {HTTPS_PROXY: 'http://p:1'}, undefined],
    ['https://127.0.0.1', {HTTPS_PROXY: 'http://p:1'}, undefined],
    ['https://[::1]', {HTTPS_PROXY: 'http://p:1'}, undefined],
  ])('for %s with %j is that of %s', async (url, environment, name) => {
    const {dispatcher, proxyFrom} = routeTo(url, {}, environment)
    expect(proxyFrom).toBe(name)
    await dispatcher.destroy()
  })
})
