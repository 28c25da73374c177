import {type Dispatcher, Pool} from 'undici'
import {outgoingHeaders, type Trace} from '../service/trace.js'
import {CallFailed, callFailed} from './failure.js'
import {startHealthChecks} from './health-check.js'
import {type CallKind, createHop, type HopContext, type HopRules} from './hop.js'
import {type Backend, createLoadBalancer} from './load-balancer.js'

export interface HttpClientRules extends HopRules {
  backends: readonly Backend[]
  /** A new connection for every request, so that a fault on one connection in five hits one request in five. */
  freshConnections?: boolean
}

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

export interface HttpClient {
  /** Gives answers below 500; throws CallFailed for the rest. */
  request(request: HttpRequest): Promise<HttpAnswer>
  close(): Promise<void>
}

/** Header of an error answer that names the dependency which failed behind the service that answers. */
export const failedUpstreamHeader = 'x-failed-upstream'

const connectionsPerBackend = 256
const healthRules = {intervalMs: 500, timeoutMs: 300, failures: 2}
const outlierRules = {outlierFailures: 3, ejectionMs: 2_000}

/** The timeouts of undici are off: how long a call may take is the hop's decision alone. */
const createPool = (url: string, fresh: boolean): Pool =>
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

const kindOf = ({method, idempotencyKey}: HttpRequest): CallKind => {
  if (method === 'GET') return 'read'
  return method === 'DELETE' || idempotencyKey !== undefined ? 'repeatable' : 'once'
}

const send = async (
  pool: Pool,
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

const isReady = async (pool: Pool, signal?: AbortSignal): Promise<boolean> => {
  const answer = await pool.request({method: 'GET', path: '/readyz', ...(signal ? {signal} : {})})
  await answer.body.dump()
  return answer.statusCode === 200
}

/** Calls one service: the hop's policies around attempts that each go to the backend whose turn it is. */
export const createHttpClient = (rules: HttpClientRules, context: HopContext): HttpClient => {
  const {backends, to} = rules
  const {switches, metrics, clock} = context
  const pools = new Map(
    backends.map((backend) => [backend, createPool(backend.url, rules.freshConnections ?? false)]),
  )
  const poolOf = (backend: Backend): Pool => {
    const pool = pools.get(backend)
    if (!pool) throw new Error(`${backend.replica} is not a backend of ${to}`)
    return pool
  }
  const balancer = createLoadBalancer({
    ...outlierRules,
    backends,
    clock,
    usesHealthChecks: () => switches.isOn('lb.healthcheck'),
    usesOutlierEjection: () => switches.isOn('lb.outlier'),
  })
  for (const backend of backends)
    metrics.watchBackend({from: context.from, to, backend: backend.replica}, () =>
      balancer.isHealthy(backend),
    )
  const stopHealthChecks = startHealthChecks({
    ...healthRules,
    backends,
    clock,
    isOn: () => switches.isOn('lb.healthcheck'),
    ask: (backend, signal) => isReady(poolOf(backend), signal),
    mark: balancer.mark,
  })
  const hop = createHop(rules, context)

  const attempt = async (request: HttpRequest, tried: Set<Backend>, signal?: AbortSignal) => {
    const backend = balancer.pick(tried)
    tried.add(backend)
    try {
      const answer = await send(poolOf(backend), to, request, signal)
      balancer.report(backend, false)
      return answer
    } catch (thrown) {
      balancer.report(backend, !(thrown instanceof CallFailed) || thrown.calleeAtFault)
      throw thrown
    }
  }

  return {
    request: (request) => {
      const tried = new Set<Backend>()
      return hop.run(kindOf(request), (signal) => attempt(request, tried, signal))
    },
    close: async () => {
      stopHealthChecks()
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}
