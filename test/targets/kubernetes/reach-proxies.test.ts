import {createServer} from 'node:http'
import {afterEach, describe, expect, it} from 'vitest'
import {openCluster} from '../../../src/clients/kubernetes/connect.js'
import {listenOnLoopback} from '../../../src/clients/kubernetes/listen.js'
import type {Target} from '../../../src/scenarios/target.js'
import {reachProxies} from '../../../src/targets/kubernetes/reach-proxies.js'
import {asJson, listOf, podObject, startFakeApi} from '../../fakes/api-server.js'

const names = ['services', 'pods'].map((name) => ({
  name,
  kind: name === 'pods' ? 'Pod' : 'Service',
  namespaced: true,
}))
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name: 'toxiproxy'},
  spec: {selector: {app: 'web'}, ports: [{port: 8474}, {port: 20_001}, {port: 20_002}]},
}
const proxies = Object.fromEntries(
  Object.entries({a: '0.0.0.0:20001', b: '[::]:20002', hidden: '0.0.0.0:20003', foreign: '0.0.0.0:8474'}).map(
    ([name, listen]) => [name, {name, listen, upstream: 'x:1', enabled: true, toxics: []}],
  ),
)
const edge = (name: string) => ({proxies: [name], probe: {kind: 'tcp' as const}})
const target: Target = {
  name: 'shop',
  endpoints: {},
  edges: {'x->a': edge('a'), 'x->b': edge('b'), 'x->hidden': edge('hidden')},
  workloads: {},
  metrics: {kind: 'none'} as unknown as Target['metrics'], // Nobody reads them here.
  data: {},
}

describe('the proxies on the edges of a target in a cluster', () => {
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })

  it('are reached by the ports that the service has, also where it leaves one out', async () => {
    const api = await startFakeApi((request, response) => {
      if (request.url === '/api/v1') return asJson(response, {resources: names})
      if (request.url?.endsWith('selfsubjectaccessreviews'))
        return asJson(response, {status: {allowed: true}}, 201)
      if (request.url?.endsWith('/services/toxiproxy')) return asJson(response, service)
      if (request.url?.includes('watch=')) return void response.writeHead(200).flushHeaders()
      asJson(response, listOf([podObject('toxiproxy')]))
    })
    closers.push(api.close)
    const toxiproxy = await listenOnLoopback(
      createServer((_request, response) => void response.end(JSON.stringify(proxies))),
    )
    closers.push(toxiproxy.close)
    const {cluster, access} = await openCluster(api.at, new AbortController().signal)
    const reach = {address: 'toxiproxy', service: 'toxiproxy', port: 8474, by: 'port-forward' as const}
    const signal = new AbortController().signal
    const {ways, close} = await reachProxies(access, cluster, reach, toxiproxy.url, target, signal)
    closers.push(close)
    expect(Object.keys(ways)).toEqual(['20001', '20002'])
    for (const way of Object.values(ways)) expect(way).toMatch(/^127\.0\.0\.1:\d+$/)
  })
})
