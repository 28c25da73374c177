import {openCluster} from '../../clients/kubernetes/connect.js'
import {forwardPort, type OpenWay} from '../../clients/kubernetes/port-forward.js'
import {relayService} from '../../clients/kubernetes/service-proxy.js'
import type {Reach, Target} from '../../scenarios/target.js'
import {reachProxies} from './reach-proxies.js'

/** A target whose addresses answer from this machine until it is closed. */
export interface ReachedTarget {
  target: Target
  close(): Promise<void>
}

const endpointOf = (address: string): string | undefined =>
  address.startsWith('endpoints.') ? address.slice('endpoints.'.length) : undefined

/** The target with this address in the place that the reach names. */
const withAddress = (target: Target, {address}: Reach, url: string): Target => {
  const endpoint = endpointOf(address)
  if (endpoint !== undefined) return {...target, endpoints: {...target.endpoints, [endpoint]: url}}
  if (address === 'toxiproxy') return {...target, toxiproxy: {url}}
  if (address === 'control') return {...target, control: {url}}
  const {metrics} = target
  return metrics.kind === 'prometheus' ? {...target, metrics: {...metrics, url}} : target
}

/** Closes all ways, whatever one of them says. */
const closeAll = async (ways: readonly OpenWay[]): Promise<void> => {
  await Promise.all(ways.map(async (way) => await way.close().catch(() => {})))
}

/**
 * Opens the ways that the target names into its cluster: port-forwards, and relays to the service proxy. One service and
 * port that several addresses name is reached by one way. Throws EnvironmentError when a service is not there.
 */
export const reachTarget = async (target: Target, signal: AbortSignal): Promise<ReachedTarget> => {
  const at = target.kubernetes
  const reach = at?.reach ?? []
  if (at === undefined || reach.length === 0) return {target, close: async () => {}}
  const {cluster, access} = await openCluster(at, signal)
  const open = new Map<string, OpenWay>()
  try {
    let reached = target
    for (const one of reach) {
      const key = `${one.by} ${one.service}:${one.port}`
      const way =
        open.get(key) ??
        (one.by === 'port-forward'
          ? await forwardPort(access, cluster, one.service, one.port, signal)
          : await relayService(access, cluster, one.service, one.port))
      open.set(key, way)
      reached = withAddress(reached, one, way.url)
      if (one.address !== 'toxiproxy' || one.by !== 'port-forward') continue
      const {ways, close} = await reachProxies(access, cluster, one, way.url, target, signal)
      open.set(`proxies of ${one.service}`, {url: way.url, close})
      reached = {...reached, toxiproxy: {url: way.url, ways}}
    }
    return {target: reached, close: () => closeAll([...open.values()])}
  } catch (cause) {
    await closeAll([...open.values()])
    throw cause
  }
}
