import type {Dispatcher} from 'undici'
import {Pool} from '../service/lean-imports.js'
import {outgoingHeaders, type Trace} from '../service/trace.js'
import {CallFailed, callFailed} from './failure.js'

export interface HttpRequest {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  trace: Trace
  /** Makes a POST safe to repeat. */
  idempotencyKey?: string
  body?: unknown
}

export interface HttpAnswer {
  status: number
  body: unknown
}

/** Header of an error answer that names the dependency which failed behind the service that answers. */
export const failedUpstreamHeader = 'x-failed-upstream'

/** The connections to one replica of a service. */
export interface HttpBackend {
  /** Gives answers below 500; throws CallFailed for the rest. */
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer>
  /** Whether it says that it is ready; rejects when it says nothing. */
  isReady(signal?: AbortSignal): Promise<boolean>
  close(): Promise<void>
}

export interface HttpBackendRules {
  to: string
  url: string
  /** A new connection for every request. */
  freshConnections: boolean
}

const connectionsPerBackend = 256
/** The timeouts of undici are off: how long a call may take is the hop's decision alone. */
const createPool = (url: string, fresh: boolean) =>
  new Pool(url, {
    connections: connectionsPerBackend,
    pipelining: fresh ? 0 : 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {timeout: 0},
  })

const parseBody = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

const reasonIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'error' in body ? `: ${String(body.error)}` : ''

const send = async (
  pool: Dispatcher,
  to: string,
  request: HttpRequest,
  signal?: AbortSignal,
): Promise<HttpAnswer> => {
  const headers: Record<string, string> = outgoingHeaders(request.trace)
  if (request.idempotencyKey !== undefined) headers['idempotency-key'] = request.idempotencyKey
  const options: Dispatcher.RequestOptions = {method: request.method, path: request.path, headers}
  if (signal) options.signal = signal
  if (request.body !== undefined) {
    headers['content-type'] = 'application/json'
    options.body = JSON.stringify(request.body)
  }
  try {
    const answer = await pool.request(options)
    const status = answer.statusCode
    const body = parseBody(await answer.body.text())
    if (status < 500) return {status, body}
    const calleeAtFault = answer.headers[failedUpstreamHeader] === undefined
    throw new CallFailed('status', `${to} answered ${status}${reasonIn(body)}`, {to, status, calleeAtFault})
  } catch (thrown) {
    throw callFailed(thrown, to)
  }
}

const isReady = async (pool: Dispatcher, signal?: AbortSignal): Promise<boolean> => {
  const answer = await pool.request({method: 'GET', path: '/readyz', ...(signal ? {signal} : {})})
  await answer.body.dump()
  return answer.statusCode === 200
}

/** Opens no connection before the first request. */
export const createHttpBackend = ({to, url, freshConnections}: HttpBackendRules): HttpBackend => {
  const pool = createPool(url, freshConnections)
  return {
    send: (request, signal) => send(pool, to, request, signal),
    isReady: (signal) => isReady(pool, signal),
    close: () => pool.destroy(),
  }
}
