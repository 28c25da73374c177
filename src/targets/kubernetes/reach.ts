import {openCluster} from '../../clients/kubernetes/connect.js'
import {forwardPort, type OpenWay} from '../../clients/kubernetes/port-forward.js'
import {relayService} from '../../clients/kubernetes/service-proxy.js'
import type {KubernetesAt, Reach, Target} from '../../scenarios/target.js'
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

/** Opens one way after the other; `open` has those that are open, also when one fails. */
const openWays = async (
  target: Target,
  at: KubernetesAt,
  open: Map<string, OpenWay>,
  signal: AbortSignal,
): Promise<Target> => {
  const {cluster, access} = await openCluster(at, signal)
  let reached = target
  for (const one of at.reach ?? []) {
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
  return reached
}

/**
 * Opens the ways that the target names into its cluster: port-forwards, and relays to the service proxy. One service and
 * port that several addresses name is reached by one way. Throws EnvironmentError when a service is not there, and the
 * signal's reason when it aborts before all are open. From then on they lead on until they are closed: what is undone
 * after a run was stopped goes through them, too.
 */
export const reachTarget = async (target: Target, signal: AbortSignal): Promise<ReachedTarget> => {
  const at = target.kubernetes
  if (at === undefined || (at.reach ?? []).length === 0) return {target, close: async () => {}}
  const open = new Map<string, OpenWay>()
  const ending = new AbortController()
  const close = async (): Promise<void> => {
    await closeAll([...open.values()])
    ending.abort(new Error('the ways into the cluster are closed'))
  }
  const abort = (): void => ending.abort(signal.reason)
  signal.throwIfAborted()
  signal.addEventListener('abort', abort, {once: true})
  try {
    const reached = await openWays(target, at, open, ending.signal)
    signal.throwIfAborted()
    return {target: reached, close}
  } catch (cause) {
    await close()
    throw cause
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
