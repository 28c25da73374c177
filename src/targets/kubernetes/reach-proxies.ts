import type {Access} from '../../clients/kubernetes/access.js'
import type {Cluster} from '../../clients/kubernetes/cluster.js'
import {forwardPorts} from '../../clients/kubernetes/port-forward.js'
import {behindService} from '../../clients/kubernetes/service-pods.js'
import {connectToxiproxy} from '../../clients/toxiproxy.js'
import type {Reach, Target} from '../../scenarios/target.js'

const portOf = (listen: string): number => Number(listen.slice(listen.lastIndexOf(':') + 1))

/** The ports of the proxies on the target's edges, as Toxiproxy tells; none when it does not answer. */
const proxyPorts = async (url: string, {edges}: Target): Promise<number[]> => {
  const names = new Set(Object.values(edges).flatMap(({proxies}) => proxies))
  const all = await connectToxiproxy(url)
    .proxies()
    .catch(() => ({}))
  const ports = Object.values(all).flatMap(({name, listen}) => (names.has(name) ? [portOf(listen)] : []))
  return [...new Set(ports)]
}

/**
 * Opens ways to the proxies behind a Toxiproxy that is reached at `url` by a port-forward, so that probes can feel what
 * a fault does to them: `host:port` by the port that a proxy listens on. None to those that the service does not lead to.
 */
export const reachProxies = async (
  access: Access,
  cluster: Cluster,
  {service}: Reach,
  url: string,
  target: Target,
  signal: AbortSignal,
): Promise<{ways: Record<string, string>; close(): Promise<void>}> => {
  const all = await proxyPorts(url, target)
  const has = await Promise.all(
    all.map((port) =>
      behindService(cluster, service, port).then(
        () => true,
        () => false,
      ),
    ),
  )
  const ports = all.filter((_, index) => has[index])
  const open = await forwardPorts(access, cluster, service, ports, signal).catch(() => {
    signal.throwIfAborted()
    return undefined
  })
  const ways = [...(open?.urls ?? [])].map(([port, at]) => [String(port), new URL(at).host])
  return {ways: Object.fromEntries(ways), close: async () => await open?.close()}
}
