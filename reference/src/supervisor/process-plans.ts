import {fork} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import type {ServiceConfig, ServiceName, Switches} from '../contract.js'
import type {Cluster} from '../stores/postgres.js'
import {databases, type ProxyPlan} from '../topology.js'
import type {ProcessPlan} from './process-table.js'
import {type ProxyRequest, populate, spawnProxyServer} from './proxy-server.js'

/** Base URL of a loopback port. */
export const loopback = (port: number): string => `http://127.0.0.1:${port}`

/** The entry of all services. */
export const servicesEntry = fileURLToPath(new URL('../services/main.js', import.meta.url))

/** What all plans need to know of the deployment. */
export interface Addresses {
  /** Port of a process or of a proxy, by name. */
  port(name: string): number
  proxies: readonly ProxyPlan[]
}

/** Every proxy as the proxy server is asked for it. */
export const proxyRequests = ({port, proxies}: Addresses): ProxyRequest[] =>
  proxies.map(({name, upstream}) => ({
    name,
    listen: `127.0.0.1:${port(name)}`,
    upstream: `127.0.0.1:${port(upstream)}`,
    enabled: true,
  }))

/** What a service process is told. */
export const serviceConfig = (
  service: ServiceName,
  replica: string,
  {port, proxies}: Addresses,
  {seed, databaseUrl}: {seed: number; databaseUrl: (at: number) => string},
): Omit<ServiceConfig, 'switches'> => {
  const upstreams: ServiceConfig['upstreams'] = {}
  const database = databases[service]
  for (const {name, from, to, upstream} of proxies) {
    if (from !== service || to === database) continue
    // Every proxy that does not lead to the service's database leads to a service.
    const callee = to as ServiceName
    upstreams[callee] = [...(upstreams[callee] ?? []), {replica: upstream, url: loopback(port(name))}]
  }
  const url = database && {databaseUrl: databaseUrl(port(`${service}-to-${database}`))}
  return {service, replica, port: port(replica), upstreams, ...url, seed}
}

const answers = async (url: string, signal: AbortSignal): Promise<boolean> => {
  const response = await fetch(url, {signal})
  await response.arrayBuffer()
  return response.ok
}

/** A replica of a service; `switches` is asked at every start. */
export const servicePlan = (
  config: Omit<ServiceConfig, 'switches'>,
  entry: string,
  switches: () => Switches,
  onReady: () => void,
): ProcessPlan => ({
  name: config.replica,
  start: (output) =>
    fork(entry, [config.replica], {
      execArgv: ['--max-old-space-size=96'],
      env: {...process.env, SHAKEDOWN_SERVICE_CONFIG: JSON.stringify({...config, switches: switches()})},
      stdio: ['ignore', output, output, 'ipc'],
    }),
  probe: (_child, signal) => answers(`${loopback(config.port)}/readyz`, signal),
  endSignal: 'SIGTERM',
  onReady,
})

/** A database; it is asked to end without a checkpoint, for its files go too. */
export const databasePlan = (name: string, cluster: Cluster): ProcessPlan => ({
  name,
  start: cluster.start,
  probe: (child) => cluster.isReady(child.pid ?? 0),
  endSignal: 'SIGQUIT',
  // Gives its shared memory back, which SIGKILL would not.
  guardianSignal: 'SIGQUIT',
})

/** Our own proxy server; it forgets its proxies when it dies, so every start creates them. */
export const proxyServerPlan = (
  command: readonly string[],
  port: number,
  requests: readonly ProxyRequest[],
): ProcessPlan => {
  const url = loopback(port)
  let populatedPid = 0
  return {
    name: 'proxy-server',
    start: (output) => spawnProxyServer(command, port, output),
    probe: async (child, signal) => {
      if (child.pid === populatedPid) return answers(`${url}/version`, signal)
      await populate(url, requests)
      populatedPid = child.pid ?? 0
      return true
    },
    endSignal: 'SIGTERM',
  }
}
