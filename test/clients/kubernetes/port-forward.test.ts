import {once} from 'node:events'
import type {IncomingMessage, ServerResponse} from 'node:http'
import {connect, type Socket} from 'node:net'
import {afterEach, describe, expect, it} from 'vitest'
import {openCluster} from '../../../src/clients/kubernetes/connect.js'
import {forwardPort, type OpenWay} from '../../../src/clients/kubernetes/port-forward.js'
import type {Target} from '../../../src/scenarios/target.js'
import {reachTarget} from '../../../src/targets/kubernetes/reach.js'
import {
  type Answering,
  asJson,
  type FakeApi,
  listOf,
  podObject,
  startFakeApi,
} from '../../fakes/api-server.js'

const service = (targetPort: number | string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name: 'toxiproxy'},
  spec: {selector: {app: 'web'}, ports: [{port: 8474, targetPort}]},
})

const resources = {
  resources: [
    {name: 'services', kind: 'Service', namespaced: true},
    {name: 'pods', kind: 'Pod', namespaced: true},
  ],
}

/** A namespace with one service and the pods given, which a watch never changes. */
const namespaceWith =
  (pods: () => object[], targetPort: number | string = 8474): Answering =>
  (request: IncomingMessage, response: ServerResponse) => {
    const {pathname, searchParams} = new URL(request.url ?? '', 'http://api')
    if (pathname === '/api/v1') return asJson(response, resources)
    if (pathname.endsWith('selfsubjectaccessreviews')) return asJson(response, {status: {allowed: true}}, 201)
    if (pathname.endsWith('/services/toxiproxy')) return asJson(response, service(targetPort))
    if (searchParams.has('watch')) return void response.writeHead(200).flushHeaders()
    if (pathname.endsWith('/pods')) return asJson(response, listOf(pods()))
    return asJson(response, pods()[0] ?? {})
  }

const target = (api: FakeApi): Target => ({
  name: 'shop',
  endpoints: {},
  edges: {},
  workloads: {},
  metrics: {kind: 'none'} as unknown as Target['metrics'], // Nobody reads them here.
  data: {},
  control: {url: 'http://control'},
  kubernetes: {
    ...api.at,
    reach: [{address: 'control', service: 'toxiproxy', port: 8474, by: 'port-forward'}],
  },
})

const upgrades = ({asked}: FakeApi): string[] => asked.filter((line) => line.startsWith('UPGRADE'))

const until = async (holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 8_000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('not within 8 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('a port-forward', () => {
  let api: FakeApi
  let way: Pick<OpenWay, 'close'> | undefined
  const sockets: Socket[] = []
  const dial = (url: string): Socket => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {})
    sockets.push(socket)
    return socket
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await way?.close()
    way = undefined
    await api.close()
  })

  it.each([8474, 'api'])(
    'leads on after the run was stopped, so that undo goes through it: port %s',
    async (port) => {
      const pods = [podObject('before')]
      api = await startFakeApi(namespaceWith(() => pods, port))
      const stop = new AbortController()
      const reached = await reachTarget(target(api), stop.signal)
      way = reached
      stop.abort(new Error('Ctrl-C'))
      dial(reached.target.control?.url ?? '')
      await until(() => upgrades(api).length > 0)
      expect(upgrades(api)[0]).toContain('/pods/before/portforward?ports=8474')
    },
  )

  it('says at once why the pods behind it cannot be seen', async () => {
    const there = namespaceWith(() => [])
    api = await startFakeApi((request, response) => {
      if (!request.url?.includes('/pods')) return there(request, response)
      const message =
        'pods is forbidden: User "ci" cannot list resource "pods" in API group "" in the namespace "shop"'
      asJson(response, {kind: 'Status', reason: 'Forbidden', message, code: 403}, 403)
    })
    const {cluster, access} = await openCluster(api.at, new AbortController().signal)
    await expect(
      forwardPort(access, cluster, 'toxiproxy', 8474, new AbortController().signal).then((open) => {
        way = open
      }),
    ).rejects.toThrow('ci may not list pods in namespace shop')
  })

  it('gives a connection up that the API server does not take within its time', async () => {
    api = await startFakeApi(namespaceWith(() => [podObject('web')]))
    const {cluster, access} = await openCluster(api.at, new AbortController().signal, {limitMs: 500})
    const open = await forwardPort(access, cluster, 'toxiproxy', 8474, new AbortController().signal, 500)
    way = open
    const socket = dial(open.url)
    await until(() => upgrades(api).length > 0)
    const startedMs = performance.now()
    await once(socket, 'close')
    expect(performance.now() - startedMs).toBeLessThan(5_000)
  })

  it('leaves nothing open when it was stopped while it was being opened', async () => {
    const there = namespaceWith(() => [podObject('web')])
    const stop = new AbortController()
    api = await startFakeApi((request, response) => {
      if (request.url?.endsWith('/pods?labelSelector=app%3Dweb')) stop.abort(new Error('Ctrl-C'))
      there(request, response)
    })
    const servers = (): number =>
      process.getActiveResourcesInfo().filter((one) => one === 'TCPServerWrap').length
    const before = servers()
    const opened = reachTarget(target(api), stop.signal).then((reached) => {
      way = reached
    })
    await expect(opened).rejects.toThrow('Ctrl-C')
    expect(servers()).toBe(before)
  })
})
