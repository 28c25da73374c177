import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {type AddressInfo, createServer as createTcpServer} from 'node:net'

/** A request as it reached the server. */
export interface SeenRequest {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

/** A target with one path for each way in which a request can end, over real sockets. */
export interface EngineServer {
  url: string
  /** Nobody listens here. */
  closedUrl: string
  seen: SeenRequest[]
  /** Sockets accepted since the start. */
  connections(): number
  /** Most requests at work at the same time. */
  mostAtWork(): number
  /** Until then, requests to `/stall` are held back; then all are answered. */
  stallUntil(epochMs: number): void
  close(): Promise<void>
}

type Answer = (response: ServerResponse, server: {stallEndMs: number}) => void

const answers: Record<string, Answer> = {
  '/ok': (response) => response.end('fine'),
  '/created': (response) => response.writeHead(201).end(),
  '/error': (response) => response.writeHead(500).end('broken'),
  '/slow': (response) => setTimeout(() => response.end('late'), 700),
  '/stall': (response, {stallEndMs}) =>
    setTimeout(() => response.end('held'), Math.max(0, stallEndMs - Date.now())),
  '/close': (response) => response.socket?.end(),
  '/cut': (response) => {
    response.writeHead(200, {'content-length': 1000}).write('the first part')
    setImmediate(() => response.socket?.end())
  },
  '/cut-chunked': (response) => {
    response.writeHead(200, {connection: 'close'}).write('the first part')
    setImmediate(() => response.socket?.end())
  },
  '/reset': (response) => response.socket?.resetAndDestroy(),
  '/hang': () => {},
}

const freePort = async (): Promise<number> => {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // `address` is a string only for sockets in the file system.
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: string[] = []
  for await (const chunk of request) chunks.push(String(chunk))
  return chunks.join('')
}

/** Listens on a free port of the loopback interface. */
export const startEngineServer = async (): Promise<EngineServer> => {
  const seen: SeenRequest[] = []
  const stall = {stallEndMs: 0}
  let connections = 0
  let atWork = 0
  let mostAtWork = 0

  const server = createServer(async (request, response) => {
    mostAtWork = Math.max(mostAtWork, ++atWork)
    response.once('close', () => atWork--)
    const {method = '', url = '', headers} = request
    const body = await bodyOf(request).catch(() => '')
    seen.push({method, url, headers, body})
    const answer = answers[url.split('?')[0] ?? ''] ?? answers['/ok']
    answer?.(response, stall)
  })
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // `address` is a string only for sockets in the file system.
  const {port} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    closedUrl: `http://127.0.0.1:${await freePort()}`,
    seen,
    connections: () => connections,
    mostAtWork: () => mostAtWork,
    stallUntil: (epochMs) => {
      stall.stallEndMs = epochMs
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
