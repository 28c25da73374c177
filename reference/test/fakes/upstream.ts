import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void

export interface FakeUpstream {
  url: string
  /** Requests seen, health checks aside: `GET /products`. */
  requests: string[]
  headers: IncomingMessage['headers'][]
  /** Connections taken. */
  connections(): number
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

export const answer =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Behaviour =>
  (_, response) => {
    response.writeHead(status, {'content-type': 'application/json', ...headers})
    response.end(JSON.stringify(body))
  }

/** Takes the request and never answers. */
export const silence: Behaviour = () => {}

/** Cuts the connection in the middle of a request, with a TCP reset. */
export const reset: Behaviour = (request) => {
  request.socket.resetAndDestroy()
}

/** A real HTTP server on loopback that does what the test says and records what it was asked. */
export const fakeUpstream = async (first: Behaviour = answer(200)): Promise<FakeUpstream> => {
  let behaviour = first
  let connections = 0
  const requests: string[] = []
  const headers: IncomingMessage['headers'][] = []
  const server = createServer((request, response) => {
    if (request.url === '/readyz') return answer(200)(request, response)
    requests.push(`${request.method} ${request.url}`)
    headers.push(request.headers)
    behaviour(request, response)
  })
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    headers,
    connections: () => connections,
    behave: (next) => {
      behaviour = next
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
