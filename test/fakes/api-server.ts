import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {listenOnLoopback} from '../../src/clients/kubernetes/listen.js'
import type {KubernetesAt} from '../../src/scenarios/target.js'

/** Answers one request of the client; what it leaves open stays open. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => void

/** An HTTP server in the place of an API server, and a kubeconfig that leads to it. */
export interface FakeApi {
  at: KubernetesAt
  url: string
  folder: string
  /** Methods and URLs, upgrades among them. */
  asked: string[]
  close(): Promise<void>
}

export const asJson = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body))
}

/** A kubeconfig of one context with the names given. */
export const kubeconfigText = (
  name: string,
  server: string,
  user: object = {},
  cluster: object = {},
): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{name, cluster: {server, ...cluster}}],
    users: [{name, user}],
    contexts: [{name, context: {cluster: name, user: name}}],
  })

/** Starts it; `user` is what its kubeconfig says of the user. Upgrades are noted, and left hanging. */
export const startFakeApi = async (answer: Answering, user: object = {token: 'fake'}): Promise<FakeApi> => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  server.on('upgrade', (request, socket) => {
    asked.push(`UPGRADE ${request.url}`)
    socket.on('error', () => socket.destroy())
  })
  const {url, close} = await listenOnLoopback(server)
  const folder = await mkdtemp(join(tmpdir(), 'fake-api-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigText('fake', url, user))
  return {
    at: {kubeconfig, namespace: 'shop'},
    url,
    folder,
    asked,
    close: async () => {
      await close()
      await rm(folder, {recursive: true, force: true})
    },
  }
}

/** A pod as the API server sends it. */
export const podObject = (name: string, {uid = `uid-${name}`, ready = true, version = '1'} = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'shop',
    uid,
    resourceVersion: version,
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: {app: 'web'},
  },
  spec: {containers: [{name: 'web', ports: [{name: 'api', containerPort: 8474}]}]},
  status: {phase: 'Running', conditions: [{type: 'Ready', status: ready ? 'True' : 'False'}]},
})

/** A list as the API server sends it. */
export const listOf = (items: readonly object[], resourceVersion = '100') => ({
  kind: 'List',
  metadata: {resourceVersion},
  items,
})
