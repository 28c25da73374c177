import http, {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import https from 'node:https'
import {messageOf} from '../../errors.js'
import type {Access} from './access.js'
import type {Cluster} from './cluster.js'
import {listenOnLoopback} from './listen.js'
import type {OpenWay} from './port-forward.js'
import {behindService} from './service-pods.js'

/** Longer than any answer that is asked for through it. */
const limitMs = 120_000

/** Of one connection, or ours to the API server: they mean nothing to who is behind it. */
const ownHeaders = new Set([
  'host',
  'connection',
  'keep-alive',
  'authorization',
  'upgrade',
  'transfer-encoding',
])

const passedOn = ({headers}: IncomingMessage): http.OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)))

const refuse = (response: ServerResponse, cause: unknown): void => {
  if (response.headersSent) return void response.destroy()
  response.writeHead(502, {'content-type': 'text/plain'})
  response.end(`the API server did not pass it on: ${messageOf(cause)}`)
}

/** Passes one request on with our credentials, and its answer back. */
const relay = async (
  access: Access,
  base: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const url = new URL(`${base}${request.url ?? '/'}`)
  // Dots in a path would lead past the service, to all that our credentials may; so would a web page's request.
  const isInside = url.href.startsWith(`${base}/`) || url.href === base || url.href.startsWith(`${base}?`)
  if (!isInside || request.headers.origin !== undefined) {
    response
      .writeHead(403, {'content-type': 'text/plain'})
      .end('only what the service itself has is passed on')
    return
  }
  const options = await access.authorize()
  const headers = {...passedOn(request), ...options.headers}
  const send = access.server.startsWith('http:') ? http.request : https.request
  const onward = send(url, {
    ...options,
    headers,
    method: request.method,
    timeout: limitMs,
  })
  onward.on('error', (cause) => refuse(response, cause))
  onward.on('timeout', () => onward.destroy(new Error(`no answer within ${limitMs / 1000} s`)))
  onward.on('response', (answer) => {
    const {connection: _, 'transfer-encoding': __, ...rest} = answer.headers
    response.writeHead(answer.statusCode ?? 502, rest)
    answer.pipe(response)
    answer.on('error', () => response.destroy())
  })
  response.on('close', () => onward.destroy())
  request.on('error', () => onward.destroy())
  request.pipe(onward)
}

/**
 * A port of this machine that passes HTTP requests to a service through the API server's service proxy, with our
 * credentials; an `Authorization` of the request itself cannot go along. Throws EnvironmentError when there is no such
 * service or port.
 */
export const relayService = async (
  access: Access,
  cluster: Cluster,
  service: string,
  port: number,
): Promise<OpenWay> => {
  await behindService(cluster, service, port)
  const name = `${encodeURIComponent(service)}:${port}`
  const base = `${access.server}/api/v1/namespaces/${encodeURIComponent(cluster.namespace)}/services/${name}/proxy`
  const server = createServer((request, response) => {
    relay(access, base, request, response).catch((cause: unknown) => refuse(response, cause))
  })
  return await listenOnLoopback(server)
}
