import {randomBytes} from 'node:crypto'
import type {IncomingMessage, ServerResponse} from 'node:http'
import type {Proxies} from '../proxies.js'
import {Refusal} from '../refusal.js'
import {replyToError} from './handlers.js'
import {methodNotAllowed, type Reply, text} from './reply.js'
import {match} from './routes.js'

/** No request of this API is longer than a few kilobytes. */
const largestBodyBytes = 1024 * 1024

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  // Without an encoding set, an HTTP request yields Buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= largestBodyBytes) chunks.push(chunk)
  }
  if (bytes > largestBodyBytes) throw new Refusal(400, 'bad request body: http: request body too large')
  return Buffer.concat(chunks).toString('utf8')
}

const answer = async (request: IncomingMessage, proxies: Proxies, version: string): Promise<Reply> => {
  const matched = match(request.method ?? '', request.url ?? '/')
  switch (matched.kind) {
    case 'moved':
      return {status: 301, headers: {Location: matched.location}, body: ''}
    case 'unknown':
      return text(404, '404 page not found')
    case 'wrong-verb':
      return methodNotAllowed
    case 'handler': {
      // A web page that the user has open must not reach the API of a server on the same machine.
      if (request.headers['user-agent']?.startsWith('Mozilla/')) return text(403, 'User agent not allowed')
      const body = await readBody(request)
      return await matched.handler({proxies, version, names: matched.names, body})
    }
  }
}

/** Answers one request to the control API. */
export const serve = async (
  request: IncomingMessage,
  response: ServerResponse,
  proxies: Proxies,
  version: string,
): Promise<void> => {
  const reply = await answer(request, proxies, version).catch(replyToError)
  const matched = reply.status !== 301 && reply.status !== 405 && reply.body !== '404 page not found\n'
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(matched ? {'X-Toxiproxy-Request-Id': randomBytes(10).toString('hex')} : {}),
  })
  response.end(reply.body)
}
