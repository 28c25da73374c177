import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {createGzip} from 'node:zlib'
import {messageOf} from '../../errors.js'
import type {ServerContext} from './context.js'
import {ApiError, failure, type Reply} from './reply.js'
import {answer} from './routes.js'

export interface HttpServer {
  /** `http://127.0.0.1:9090` */
  url: string
  port: number
  /** Ends what is under way; resolves when the port is free again. Works twice. */
  close(): Promise<void>
}

export interface HttpOptions {
  host: string
  /** 0 takes a free one. */
  port: number
  context: ServerContext
  /** Told what went wrong that should not have: bugs, never bad requests. */
  onError(message: string): void
}

/** A query of 10,000 characters in an address is long, not wrong; Go takes a megabyte. */
const mostHeaderBytes = 1024 * 1024
const mostConnections = 512
/** As long as Prometheus: a client that writes every few seconds must not find its connection closed. */
const idleMs = 5 * 60_000

/** Any page may read what is here, as with Prometheus: that is how Grafana asks from a browser. */
const crossOrigin = (origin: string | undefined): Record<string, string> =>
  origin === undefined
    ? {}
    : {
        'access-control-allow-headers': 'Accept, Authorization, Content-Type, Origin',
        'access-control-allow-methods': 'GET, POST, OPTIONS',
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'Date',
      }

const acceptsGzip = ({headers}: IncomingMessage): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(String(headers['accept-encoding'] ?? ''))

/** Long enough that what comes with each write does not count, short enough to be nothing to hold. */
const writeLength = 64 * 1024

/** Joins a body's chunks to larger ones: one each for a series would be a write for each. */
function* gathered(body: Iterable<string>): Generator<string> {
  let text = ''
  for (const chunk of body) {
    text += chunk
    if (text.length < writeLength) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

/** A body that is short after all comes as one text, which needs no stream and goes out in one piece. */
const textOrPieces = (body: Reply['body']): Reply['body'] => {
  if (typeof body === 'string') return body
  const pieces = gathered(body)
  const first = pieces.next()
  if (first.done) return ''
  const second = pieces.next()
  if (second.done) return first.value
  return (function* () {
    yield first.value
    yield second.value
    yield* pieces
  })()
}

/** Sends a reply; a client that goes away in the middle ends it. */
const send = async (
  {status, headers, body: whole}: Reply,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const body = textOrPieces(whole)
  const common = {...headers, ...crossOrigin(request.headers.origin), vary: 'Origin'}
  if (body === '' || request.method === 'HEAD') {
    response.writeHead(status, common).end()
    return
  }
  const isText = typeof body === 'string'
  if (acceptsGzip(request)) {
    response.writeHead(status, {...common, 'content-encoding': 'gzip'})
    await pipeline(Readable.from(isText ? [body] : body), createGzip(), response)
  } else if (isText) {
    response.writeHead(status, {...common, 'content-length': Buffer.byteLength(body)}).end(body)
  } else {
    response.writeHead(status, common)
    await pipeline(Readable.from(body), response)
  }
}

const replyTo = async (
  request: IncomingMessage,
  {context, onError}: HttpOptions,
): Promise<Reply | undefined> => {
  try {
    return await answer(request, context)
  } catch (error) {
    if (error instanceof ApiError) return failure(error)
    // The connection broke while its body was read: there is nobody to answer.
    if (request.destroyed && !request.complete) return undefined
    onError(
      `${request.method} ${request.url?.slice(0, 200)}: ${error instanceof Error ? error.stack : messageOf(error)}`,
    )
    return failure(new ApiError('internal', messageOf(error)))
  }
}

const serve = async (
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
): Promise<void> => {
  const reply = await replyTo(request, options)
  if (!reply) return
  // What was sent so far is lost with the connection; a broken one is no error of ours.
  await send(reply, request, response).catch(() => response.destroy())
}

const listen = (server: Server, port: number, host: string): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    // A server that listens on TCP has an address of this shape.
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })

/** Starts to answer requests. Rejects with the system's error when the port cannot be had. */
export const startHttp = async (options: HttpOptions): Promise<HttpServer> => {
  const server = createServer(
    {maxHeaderSize: mostHeaderBytes, requestTimeout: 60_000},
    (request, response) => {
      void serve(request, response, options)
    },
  )
  server.maxConnections = mostConnections
  server.keepAliveTimeout = idleMs
  const {port, address, family} = await listen(server, options.port, options.host)
  const host = family === 'IPv6' ? `[${address}]` : address
  return {
    url: `http://${host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
