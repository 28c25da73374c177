import type {ServiceConfig, ServiceName} from '../contract.js'
import type {SwitchName} from '../policies/switches.js'

const common: SwitchName[] = ['shutdown.drain']
const calls: SwitchName[] = ['retry', 'retry.max', 'retry.budget', 'retry.jitter', 'breaker']
const http: SwitchName[] = ['timeout', 'lb.healthcheck', 'lb.outlier']

/** The switches that each service obeys. */
export const switchesOf: Record<ServiceName, SwitchName[]> = {
  edge: [...calls, ...http, ...common],
  gateway: [...calls, ...http, ...common],
  catalog: [...calls, 'db.timeout', ...common],
  order: [...calls, ...http, 'db.timeout', ...common],
  inventory: [...calls, 'db.timeout', ...common],
  payment: [...calls, ...http, 'db.timeout', ...common],
  psp: common,
}

const variable = 'SHAKEDOWN_SERVICE_CONFIG'

const isConfig = (value: unknown): value is ServiceConfig =>
  typeof value === 'object' &&
  value !== null &&
  'service' in value &&
  typeof value.service === 'string' &&
  Object.hasOwn(switchesOf, value.service) &&
  'replica' in value &&
  typeof value.replica === 'string' &&
  'port' in value &&
  Number.isInteger(value.port) &&
  'seed' in value &&
  Number.isInteger(value.seed) &&
  'upstreams' in value &&
  typeof value.upstreams === 'object' &&
  'switches' in value &&
  typeof value.switches === 'object'

/** What the supervisor told this process; throws with the variable's name when it told nothing usable. */
export const readConfig = (env: NodeJS.ProcessEnv): ServiceConfig => {
  const text = env[variable]
  if (text === undefined) throw new Error(`${variable} is not set; the supervisor starts this process`)
  const config: unknown = JSON.parse(text)
  if (!isConfig(config)) throw new Error(`${variable} is not the configuration of a service: ${text}`)
  return config
}
