import type {Clock} from '../system/clock.js'
import type {Workloads} from '../targets/workloads.js'
import type {RunEvent} from './record.js'

const pollMs = 500

/** Writes down every change of a replica's state, process or restarts until the signal aborts. */
export const watchReplicas = async (
  workloads: Workloads,
  clock: Clock,
  signal: AbortSignal,
  record: (event: RunEvent) => void,
): Promise<void> => {
  const known = new Map<string, string>()
  for (;;) {
    // The supervisor may be busy restarting: what is missed now is seen at the next look.
    const replicas = await workloads.replicas().catch(() => [])
    for (const {name, state, pid, restarts} of replicas) {
      const now = `${state} ${pid} ${restarts}`
      if (known.get(name) !== now) {
        record({kind: 'event', atMs: clock.now(), event: 'replica', replica: name, state, pid, restarts})
      }
      known.set(name, now)
    }
    await clock.sleep(pollMs, signal)
  }
}
