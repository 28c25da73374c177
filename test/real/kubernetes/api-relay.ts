import {mkdtemp, writeFile} from 'node:fs/promises'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {request as send} from 'node:https'
import type {Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type Access, openAccess} from '../../../src/clients/kubernetes/access.js'
import {listenOnLoopback} from '../../../src/clients/kubernetes/listen.js'
import type {KubernetesAt} from '../../../src/scenarios/target.js'
import type {Stage} from './stage.js'

/** How the relay treats the next requests. */
export type Mood = 'pass' | 'busy' | 'reset' | 'hang'

/** A plain HTTP server before the real API server that can misbehave, and counts what it is asked. */
export interface ApiRelay {
  /** The stage's namespace, by way of the relay. */
  at: KubernetesAt
  /** `all`: until told otherwise; else so many requests. */
  be(mood: Mood, times?: number): void
  /** Cuts every connection that is open. */
  cut(): void
  /** Methods and paths since the last call. */
  asked(): string[]
  close(): Promise<void>
}

const passOn = async (access: Access, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const {headers: credentials, ...options} = await access.authorize()
  const {host: _, connection: __, ...headers} = request.headers
  const onward = send(`${access.server}${request.url}`, {
    ...options,
    method: request.method,
    headers: {...headers, ...credentials},
  })
  onward.on('error', () => response.destroy())
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    response.flushHeaders()
    answer.pipe(response)
    answer.on('error', () => response.destroy())
  })
  response.on('close', () => onward.destroy())
  request.pipe(onward)
}

const busy = (response: ServerResponse): void => {
  response.writeHead(429, {'content-type': 'application/json', 'retry-after': '1'})
  response.end(
    JSON.stringify({kind: 'Status', status: 'Failure', reason: 'TooManyRequests', message: 'too many'}),
  )
}

const kubeconfigOf = (server: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'relay',
    clusters: [{name: 'relayed', cluster: {server}}],
    users: [{name: 'nobody', user: {token: 'given-by-the-relay'}}],
    contexts: [{name: 'relay', context: {cluster: 'relayed', user: 'nobody'}}],
  })

/** Starts a relay to the stage's cluster, with a kubeconfig of its own. */
export const startApiRelay = async ({kubeconfig, context, namespace}: Stage): Promise<ApiRelay> => {
  const access = await openAccess({kubeconfig, context, namespace})
  const sockets = new Set<Socket>()
  let asked: string[] = []
  let mood: Mood = 'pass'
  let left = 0
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const now = left > 0 ? mood : 'pass'
    left -= 1
    if (now === 'busy') return busy(response)
    if (now === 'reset') return void request.socket.destroy()
    if (now === 'hang') return
    passOn(access, request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const {url, close} = await listenOnLoopback(server)
  const path = join(await mkdtemp(join(tmpdir(), 'relay-')), 'kubeconfig')
  await writeFile(path, kubeconfigOf(url))
  return {
    at: {kubeconfig: path, namespace},
    be: (next, times = Number.POSITIVE_INFINITY) => {
      mood = next
      left = next === 'pass' ? 0 : times
    },
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
    asked: () => {
      const since = asked
      asked = []
      return since
    },
    close,
  }
}
