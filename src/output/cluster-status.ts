import type {ClusterStatus} from '../run/cluster-status.js'

/** What `up --on kubernetes` has to tell. */
export interface ClusterUp {
  where: string
  /** How many it applied. */
  objects: number
  readyMs: number
  targetFile: string
  /** Address of the edge from here; by port-forward when not given. */
  edge: string | undefined
}

const inCluster = '--on kubernetes'

/** What `up --on kubernetes` prints. */
export const describeClusterUp = ({where, objects, readyMs, targetFile, edge}: ClusterUp): string =>
  [
    `The reference deployment is up (${where}): ${objects} objects applied, all ready after ${(readyMs / 1000).toFixed(1)} s.`,
    `  edge       ${edge ?? 'service edge, by port-forward while a run lasts'}`,
    '  proxies, metrics and switches by port-forward while a run lasts',
    `  target     ${targetFile}`,
    `Run a scenario there with: shakedown run SCENARIO --target ${targetFile}`,
    `Stop it with: shakedown down ${inCluster}`,
  ].join('\n')

const offOf = (switches: Record<string, string | number | boolean>): string => {
  const off = Object.entries(switches).filter(([, value]) => value === false || value === 'off')
  return off.length > 0 ? `off: ${off.map(([name]) => name).join(', ')}` : 'all protections on'
}

/** What `status --on kubernetes` prints. */
export const describeClusterStatus = (status: ClusterStatus): string => {
  if (!status.running)
    return `There is no reference deployment (${status.where}). Start it with: shakedown up ${inCluster}`
  const {where, ending, workloads, pods, troubles, switches} = status
  const missing = workloads.filter(({ready, wanted}) => ready < wanted).length
  const state = missing === 0 ? 'is ready' : `is not ready: ${missing} of ${workloads.length} workloads`
  return [
    `The reference deployment ${ending ? 'is on its way out' : state} (${where}).`,
    '',
    ...pods.map(
      ({name, ready, restarts, node}) =>
        `  ${name.padEnd(34)} ${(ready ? 'ready' : 'not-ready').padEnd(10)} restarts ${String(restarts).padEnd(4)} ${node}`,
    ),
    ...troubles.map(({of, why}) => `  ${of}: ${why}`),
    '',
    switches ? offOf(switches) : 'switches: the control pod does not answer',
  ].join('\n')
}
