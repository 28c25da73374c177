import type {Pod} from '../../scenarios/kubernetes.js'
import type {Replica} from '../workloads.js'

/** A number for a uid, never 0: pods have no process id of their own that we could see. */
export const pidOf = (uid: string): number => {
  // FNV-1a, 31 bits.
  let hash = 0x811c9dc5
  for (const letter of uid) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 1 || 1
}

/** `wasReady`: it was seen ready before; one that never was is still starting. */
const stateOf = ({ready, phase, deleting, restarts}: Pod, wasReady: boolean): Replica['state'] => {
  if (phase === 'Succeeded' || phase === 'Failed') return 'stopped'
  if (ready) return 'ready'
  return wasReady || deleting || restarts > 0 ? 'not-ready' : 'starting'
}

/** A pod as a replica of a workload. */
export const replicaOf = (workload: string, pod: Pod, wasReady: boolean): Replica => {
  const state = stateOf(pod, wasReady)
  return {
    workload,
    name: pod.name,
    pid: state === 'stopped' ? 0 : pidOf(pod.uid),
    state,
    restarts: pod.restarts,
    url: pod.ip === undefined ? '' : `http://${pod.ip.includes(':') ? `[${pod.ip}]` : pod.ip}`,
    startedAt: pod.createdMs,
  }
}
