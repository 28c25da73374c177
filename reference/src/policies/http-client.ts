import {CallFailed} from './failure.js'
import {startHealthChecks} from './health-check.js'
import {type CallKind, createHop} from './hop.js'
import type {HopContext, HopRules} from './hop-rules.js'
import {createHttpBackend, type HttpAnswer, type HttpBackend, type HttpRequest} from './http-backend.js'
import {type Backend, createLoadBalancer, type LoadBalancer} from './load-balancer.js'

export interface HttpClientRules extends HopRules {
  backends: readonly Backend[]
  /** A new connection for every request, so that a fault on one connection in five hits one request in five. */
  freshConnections?: boolean
}

export interface HttpClient {
  /** Gives answers below 500; throws CallFailed for the rest. */
  request(request: HttpRequest): Promise<HttpAnswer>
  close(): Promise<void>
}

const healthRules = {intervalMs: 500, timeoutMs: 300, failures: 2}
const outlierRules = {outlierFailures: 3, ejectionMs: 2_000}

const kindOf = ({method, idempotencyKey}: HttpRequest): CallKind => {
  if (method === 'GET') return 'read'
  return method === 'DELETE' || idempotencyKey !== undefined ? 'repeatable' : 'once'
}

const balance = ({backends, to}: HttpClientRules, context: HopContext): LoadBalancer => {
  const {switches, metrics, clock, from} = context
  const balancer = createLoadBalancer({
    ...outlierRules,
    backends,
    clock,
    usesHealthChecks: () => switches.isOn('lb.healthcheck'),
    usesOutlierEjection: () => switches.isOn('lb.outlier'),
  })
  for (const backend of backends) {
    const labels = {from, to, backend: backend.replica}
    metrics.watchBackend(labels, () => balancer.isHealthy(backend))
  }
  return balancer
}

const connect = ({backends, to, freshConnections = false}: HttpClientRules) => {
  const connections = new Map(
    backends.map((backend) => [backend, createHttpBackend({to, url: backend.url, freshConnections})]),
  )
  return {
    of: (backend: Backend): HttpBackend => {
      const connection = connections.get(backend)
      if (!connection) throw new Error(`${backend.replica} is not a backend of ${to}`)
      return connection
    },
    close: async () => {
      await Promise.all([...connections.values()].map((connection) => connection.close()))
    },
  }
}

/** Calls one service: the hop's policies around attempts that each go to the backend whose turn it is. */
export const createHttpClient = (rules: HttpClientRules, context: HopContext): HttpClient => {
  const connections = connect(rules)
  const balancer = balance(rules, context)
  const hop = createHop(rules, context)
  const stopHealthChecks = startHealthChecks({
    ...healthRules,
    backends: rules.backends,
    clock: context.clock,
    isOn: () => context.switches.isOn('lb.healthcheck'),
    ask: (backend, signal) => connections.of(backend).isReady(signal),
    mark: balancer.mark,
  })

  const attempt = async (request: HttpRequest, tried: Set<Backend>, signal?: AbortSignal) => {
    const backend = balancer.pick(tried)
    tried.add(backend)
    try {
      const answer = await connections.of(backend).send(request, signal)
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
      await connections.close()
    },
  }
}
