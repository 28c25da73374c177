import type {ServiceConfig, ServiceName} from '../contract.js'
import type {HopContext} from '../policies/hop-rules.js'
import {createHttpClient, type HttpClient, type HttpClientRules} from '../policies/http-client.js'
import {createSwitchBoard, type SwitchBoard} from '../policies/switches.js'
import type {Clock} from './clock.js'
import {switchesOf} from './config.js'
import type {Log} from './log.js'
import {createMetrics, type ServiceMetrics} from './metrics.js'
import {type Random, seededRandom} from './random.js'
import type {Route} from './routes.js'

/** What a service is built from. */
export interface ServiceContext {
  config: ServiceConfig
  switches: SwitchBoard
  metrics: ServiceMetrics
  /** What the policies of every edge need. */
  hop: HopContext
  clock: Clock
  random: Random
  log: Log
  /** A client for one of the service's upstreams. */
  callTo(to: ServiceName, rules: CallRules): HttpClient
}

export type CallRules = Pick<HttpClientRules, 'timeoutMs' | 'retriesTimeouts' | 'freshConnections'>

/** One of the shop's services, not yet listening. */
export interface Service {
  routes: Route[]
  /** Why it cannot serve now; `undefined` when it can. */
  whyNotReady(): string | undefined
  close(): Promise<void>
}

export type CreateService = (context: ServiceContext) => Service

/** Throws when the configuration names a switch that this service does not have. */
export const createContext = (config: ServiceConfig, clock: Clock, log: Log): ServiceContext => {
  const switches = createSwitchBoard(switchesOf[config.service])
  const problems = switches.change(config.switches)
  if (problems.length > 0) throw new Error(`${config.service}: ${problems.join('; ')}`)
  const metrics = createMetrics()
  metrics.watchSwitches(switches.values)
  const random = seededRandom(config.seed, config.replica)
  const hop = {from: config.service, switches, metrics, clock, random}
  return {
    config,
    switches,
    metrics,
    hop,
    clock,
    random,
    log,
    callTo: (to, rules) => {
      const backends = config.upstreams[to] ?? []
      if (backends.length === 0) throw new Error(`${config.replica} was told no address of ${to}`)
      return createHttpClient({...rules, to, backends, timeoutSwitch: 'timeout'}, hop)
    },
  }
}
