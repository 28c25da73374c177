import type {Clock} from '../system/clock.js'
import type {Workloads} from '../targets/workloads.js'
import type {RunEvent} from './record.js'

const pollMs = 500

interface Seen {
  name: string
  state: string
  pid: number
  restarts: number
  workload: string
}

const isSame = (before: Seen | undefined, {state, pid, restarts}: Seen): boolean =>
  before !== undefined && before.state === state && before.pid === pid && before.restarts === restarts

/**
 * Writes down every change of a replica's state, process or restarts until the signal aborts. One that is no longer
 * among them has stopped. In a cluster replicas come back under new names: there it is said which workload they are of.
 */
export const watchReplicas = async (
  workloads: Workloads,
  clock: Clock,
  signal: AbortSignal,
  record: (event: RunEvent) => void,
  {inCluster = false} = {},
): Promise<void> => {
  const known = new Map<string, Seen>()
  for (;;) {
    // The supervisor may be busy restarting: what is missed now is seen at the next look.
    const found = await workloads.replicas().catch(() => undefined)
    const replicas: readonly Seen[] = found ?? []
    const gone = found ? [...known.values()].filter(({name}) => !found.some((one) => one.name === name)) : []
    for (const one of [...replicas, ...gone.map((one) => ({...one, state: 'stopped', pid: 0}))]) {
      const {name, state, pid, restarts} = one
      if (!isSame(known.get(name), one)) {
        const seen = {replica: name, state, pid, restarts, ...(inCluster && {workload: one.workload})}
        record({kind: 'event', atMs: clock.now(), event: 'replica', ...seen})
      }
      known.set(name, one)
    }
    await clock.sleep(pollMs, signal)
  }
}
