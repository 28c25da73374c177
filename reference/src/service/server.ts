import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {SwitchBoard} from '../policies/switches.js'
import {createBallast} from './ballast.js'
import {readJson} from './body.js'
import {type ErrorAnswer, errorAnswer} from './errors.js'
import type {Log} from './log.js'
import type {ServiceMetrics} from './metrics.js'
import {type Answer, createRouter, Declined, type Match, type Route} from './routes.js'
import {incomingTrace, type Trace} from './trace.js'

export interface ServerParts {
  routes: readonly Route[]
  metrics: ServiceMetrics
  switches: SwitchBoard
  log: Log
  /** Why the service cannot serve now; `undefined` when it can. */
  whyNotReady(): string | undefined
  /** Whether answers must ask the caller to leave. */
  isDraining(): boolean
  /** Starts to drain and resolves when callers had time to notice. */
  leave?(): Promise<void>
}

/** The code for a caller that went away before its answer, as nginx counts it. */
const clientLeft = 499
const unmatched = 'unmatched'

type Send = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers?: Record<string, string>,
) => void

const createSend =
  (isDraining: () => boolean): Send =>
  (response, status, body, headers = {}) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      ...(isDraining() ? {connection: 'close'} : {}),
      ...headers,
    })
    response.end(text)
  }

/** Counts the request when its answer has gone out, or its caller has. */
const count = (
  metrics: ServiceMetrics,
  route: string,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  const startedAt = performance.now()
  metrics.requestsInFlight.inc()
  response.once('close', () => {
    metrics.requestsInFlight.dec()
    const code = response.writableFinished ? response.statusCode : clientLeft
    const labels = {route, method: request.method ?? 'GET', code: String(code)}
    metrics.requests.inc(labels)
    metrics.requestSeconds.observe(labels, (performance.now() - startedAt) / 1000)
  })
}

const askRoute = async ({route, params}: Match, request: IncomingMessage, trace: Trace): Promise<Answer> => {
  const body = request.method === 'POST' ? await readJson(request) : undefined
  const key = request.headers['idempotency-key']
  const idempotencyKey = typeof key === 'string' && key !== '' ? key : undefined
  return route.answer({params, body, idempotencyKey, trace})
}

const describeError = (thrown: unknown, trace: Trace, log: Log): ErrorAnswer => {
  const known = errorAnswer(thrown)
  const context = {traceId: trace.traceId, requestId: trace.requestId}
  if (!known) log.error('bug', {...context, stack: thrown instanceof Error ? thrown.stack : String(thrown)})
  else if (known.status >= 500) log.warn(known.message, {...context, status: known.status})
  return known ?? {status: 500, message: 'internal error', headers: {}}
}

/** The routes that every service has for its operators; they are not counted as requests of the shop. */
const createControl = (parts: ServerParts, send: Send) => {
  const {metrics, switches} = parts
  const readiness = (response: ServerResponse): void => {
    const reason = parts.isDraining() ? 'draining' : parts.whyNotReady()
    send(response, reason === undefined ? 200 : 503, reason === undefined ? {ready: true} : {reason})
  }
  const scrape = async (response: ServerResponse): Promise<void> => {
    const text = await metrics.registry.metrics()
    response.writeHead(200, {'content-type': metrics.registry.contentType}).end(text)
  }
  const change = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const problems = switches.change(await readJson(request))
    if (problems.length > 0) send(response, 400, {error: problems.join('\n')})
    else send(response, 200, switches.values())
  }
  const leave = async (response: ServerResponse): Promise<void> => {
    await parts.leave?.()
    send(response, 200, {left: parts.isDraining()})
  }
  const ballast = createBallast()
  const load = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Object(await readJson(request))
    if (!Number.isSafeInteger(body.bytes) || body.bytes < 0)
      send(response, 400, {error: 'expected {"bytes": a whole number}'})
    else send(response, 200, {heldBytes: await ballast.hold(body.bytes)})
  }
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const line = `${request.method} ${request.url}`
    if (line === 'GET /livez') send(response, 200, {alive: true})
    else if (line === 'GET /readyz') readiness(response)
    else if (line === 'GET /metrics') await scrape(response)
    else if (line === 'GET /__ref/switches') send(response, 200, switches.values())
    else if (line === 'PATCH /__ref/switches') await change(request, response)
    else if (line === 'PUT /__ref/ballast') await load(request, response)
    else if (line === 'GET /__ref/leave') await leave(response)
    else return false
    return true
  }
}

/** The HTTP server of one service: its own routes, the operators' routes, and the metrics of both. */
export const createServiceServer = (parts: ServerParts): Server => {
  const findRoute = createRouter(parts.routes)
  const send = createSend(parts.isDraining)
  const control = createControl(parts, send)

  const serve = async (request: IncomingMessage, response: ServerResponse, trace: Trace): Promise<void> => {
    const match = findRoute(request.method ?? '', request.url ?? '/')
    if (!match && (await control(request, response))) return
    count(parts.metrics, match?.route.path ?? unmatched, request, response)
    if (!match) throw new Declined(404, 'no such route')
    const answer = await askRoute(match, request, trace)
    send(response, answer.status, answer.body, {'x-request-id': trace.requestId})
  }

  return createServer((request, response) => {
    const trace = incomingTrace(request.headers)
    serve(request, response, trace).catch((thrown) => {
      if (response.headersSent || response.destroyed) return
      const {status, message, headers} = describeError(thrown, trace, parts.log)
      send(response, status, {error: message}, {...headers, 'x-request-id': trace.requestId})
    })
  })
}
