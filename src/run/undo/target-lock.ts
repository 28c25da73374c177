import type {ProxyState} from '../../clients/toxiproxy.js'
import {EnvironmentError} from '../../errors.js'
import type {Target} from '../../scenarios/target.js'
import {runIdOf} from '../../system/run-name.js'
import {timeInWords} from './changes-in-words.js'
import {claimKeys} from './claims.js'
import {ownerInWords, whereabouts} from './owner.js'

/** One address for one place: two target files may write it differently. */
const normal = (url: string): string => {
  const {protocol, hostname, port, pathname} = new URL(url)
  const host = hostname === 'localhost' || hostname === '[::1]' ? '127.0.0.1' : hostname
  return `${protocol}//${host}:${port}${pathname.replace(/\/+$/, '')}`
}

/**
 * What two runs must not change at once: the namespace of a cluster, the deployment behind a control API, and each proxy.
 * What is reached through the API server has another address each time, and is part of the namespace.
 */
export const targetKeys = ({control, toxiproxy, edges, kubernetes}: Target): string[] => {
  const proxies = [...new Set(Object.values(edges).flatMap(({proxies}) => proxies))]
  const reached = new Set(kubernetes?.reach?.map(({address}) => address))
  const ownControl = control && !reached.has('control')
  const ownProxies = toxiproxy && !reached.has('toxiproxy')
  return [
    ...(kubernetes
      ? [`namespace ${kubernetes.namespace} of ${kubernetes.server ?? kubernetes.context ?? ''}`]
      : []),
    ...(ownControl ? [`deployment ${normal(control.url)}`] : []),
    ...(ownProxies ? proxies.map((proxy) => `proxy ${proxy} of ${normal(toxiproxy.url)}`) : []),
  ]
}

/**
 * Locks the target for a run; resolves to how to let go of it. A run that is dead holds nothing. Throws EnvironmentError
 * with who holds it: their faults would be undone, or judged, as ours.
 */
export const lockTarget = async (
  stateDirectory: string,
  runId: string,
  target: Target,
): Promise<() => Promise<void>> => {
  const claimed = await claimKeys(stateDirectory, runId, targetKeys(target))
  if (claimed.kind === 'held') return claimed.release
  const {by, path} = claimed
  const stop =
    whereabouts(by.owner) === 'elsewhere'
      ? `If it is over and that machine is gone, delete ${path}.`
      : `Wait for it to end, or stop it: kill -INT ${by.owner.pid}`
  throw new EnvironmentError(
    `Target ${target.name} is in use: run ${by.runId} (${ownerInWords(by.owner)}) holds it since ${timeInWords(by.sinceMs)}`,
    {hint: stop},
  )
}

/** Throws EnvironmentError when a run that this state directory does not know has faults on the target's proxies. */
export const refuseForeignRuns = (proxies: readonly ProxyState[], url: string): void => {
  for (const {name, toxics} of proxies) {
    for (const toxic of toxics) {
      const runId = runIdOf(toxic.name)
      if (runId === undefined) continue
      throw new EnvironmentError(
        `Proxy ${name} has toxic ${toxic.name} of run ${runId}, of which this state directory knows nothing`,
        {
          hint:
            'That run goes on for another user or on another machine: wait for it. ' +
            `If it is dead: shakedown restore --toxiproxy ${url} --run ${runId}`,
        },
      )
    }
  }
}
