import {request as send} from 'node:http'
import {text} from 'node:stream/consumers'
import {afterEach, describe, expect, it} from 'vitest'
import {openCluster} from '../../../src/clients/kubernetes/connect.js'
import type {OpenWay} from '../../../src/clients/kubernetes/port-forward.js'
import {relayService} from '../../../src/clients/kubernetes/service-proxy.js'
import {asJson, type FakeApi, startFakeApi} from '../../fakes/api-server.js'

const services = {resources: [{name: 'services', kind: 'Service', namespaced: true}]}
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name: 'prometheus'},
  spec: {selector: {app: 'prometheus'}, ports: [{port: 9090}]},
}

describe('a relay to the service proxy', () => {
  let api: FakeApi
  let way: OpenWay
  const open = async (): Promise<void> => {
    api = await startFakeApi((request, response) => {
      if (request.url === '/api/v1') return asJson(response, services)
      if (request.url?.endsWith('/services/prometheus')) return asJson(response, service)
      asJson(response, {authorization: request.headers.authorization})
    })
    const {cluster, access} = await openCluster(api.at, new AbortController().signal)
    way = await relayService(access, cluster, 'prometheus', 9090)
  }
  /** A path as it stands: `fetch` would take its dots out. */
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const {hostname, port} = new URL(way.url)
    return await new Promise<{status: number; body: string}>((resolve, reject) => {
      send({hostname, port, path, headers}, (answer) => {
        text(answer).then((body) => resolve({status: answer.statusCode ?? 0, body}), reject)
      })
        .on('error', reject)
        .end()
    })
  }
  afterEach(async () => {
    await way.close()
    await api.close()
  })

  it('passes on what the service has, with our credentials', async () => {
    await open()
    const {status, body} = await ask('/api/v1/query?query=up')
    expect([status, JSON.parse(body)]).toEqual([200, {authorization: 'Bearer fake'}])
    expect(api.asked.at(-1)).toBe(
      'GET /api/v1/namespaces/shop/services/prometheus:9090/proxy/api/v1/query?query=up',
    )
  })

  it.each([
    '/../../../../kube-system/secrets',
    '/%2e%2e/%2e%2e/%2e%2e/%2e%2e/kube-system/secrets',
    '/..',
    '/a/../../b',
  ])('does not lend them to who asks for more: %s', async (path) => {
    await open()
    const before = api.asked.length
    expect((await ask(path)).status).toBe(403)
    expect(api.asked.slice(before)).toEqual([])
  })

  it('does not lend them to web pages', async () => {
    await open()
    expect((await ask('/api/v1/query', {origin: 'https://evil.test'})).status).toBe(403)
  })
})
