import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, beforeEach} from 'vitest'
import {freePort} from '../soak/free-port.mjs'

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
  /** How long the requests with an answer to this path took, from their whole arrival to the end of the answer. */
  tookMs(path: string): number[]
  close(): Promise<void>
}

/** What answers depend on: the end of the stall, and how many requests to the same path came before. */
interface Now {
  stallEndMs: number
  before: number
}

type Answer = (response: ServerResponse, now: Now) => void

const answers: Record<string, Answer> = {
  '/ok': (response) => response.end('fine'),
  '/created': (response) => response.writeHead(201).end(),
  '/moved': (response) => response.writeHead(302, {location: '/ok', 'set-cookie': 'seen=1'}).end(),
  '/error': (response) => response.writeHead(500).end('broken'),
  '/slow': (response) => setTimeout(() => response.end('late'), 700),
  '/stall': (response, {stallEndMs}) =>
    setTimeout(() => response.end('held'), Math.max(0, stallEndMs - Date.now())),
  // Each takes 3 ms longer than the one before.
  '/slower': (response, {before}) => setTimeout(() => response.end('later'), 3 * before),
  '/close': (response) => response.socket?.end(),
  '/cut': (response) => {
    response.writeHead(200, {'content-length': 1000}).write('the first part')
    setImmediate(() => response.socket?.end())
  },
  '/cut-chunked': (response) => {
    response.writeHead(200, {connection: 'close'}).write('the first part')
    setImmediate(() => response.socket?.end())
  },
  // No length: the end of the stream is the end of the answer.
  '/until-end': (response) => response.socket?.end('HTTP/1.1 200 OK\r\n\r\nwhole'),
  '/reset': (response) => response.socket?.resetAndDestroy(),
  '/hang': () => {},
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: string[] = []
  for await (const chunk of request) chunks.push(String(chunk))
  return chunks.join('')
}

/** Listens on a free port of the loopback interface. */
export const startEngineServer = async (): Promise<EngineServer> => {
  const seen: SeenRequest[] = []
  const took = new Map<string, number[]>()
  const arrivals = new Map<string, number>()
  let stallEndMs = 0
  let connections = 0
  let atWork = 0
  let mostAtWork = 0

  const server = createServer(async (request, response) => {
    mostAtWork = Math.max(mostAtWork, ++atWork)
    response.once('close', () => atWork--)
    const {method = '', url = '', headers} = request
    const body = await bodyOf(request).catch(() => '')
    const path = url.split('?')[0] ?? ''
    const before = arrivals.get(path) ?? 0
    arrivals.set(path, before + 1)
    seen.push({method, url, headers, body})
    const arrivedMs = performance.now()
    const times = took.get(path) ?? []
    took.set(path, times)
    response.once('finish', () => times.push(performance.now() - arrivedMs))
    const answer = answers[path] ?? answers['/ok']
    answer?.(response, {stallEndMs, before})
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
      stallEndMs = epochMs
    },
    tookMs: (path) => took.get(path) ?? [],
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** A server of its own for each test. */
export const useEngineServer = (): (() => EngineServer) => {
  let server: EngineServer | undefined
  beforeEach(async () => {
    server = await startEngineServer()
  })
  afterEach(() => server?.close())
  return () => {
    if (server === undefined) throw new Error('the server starts with the test')
    return server
  }
}
