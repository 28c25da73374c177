import {messageOf} from '../errors.js'
import type {PlannedFault} from '../plan/plan.js'
import type {WorldGuard} from '../scenarios/scenario.js'
import type {Clock} from '../system/clock.js'
import type {Replica, Workloads} from '../targets/workloads.js'
import {GuardTripped} from './guards.js'
import type {RunEvent} from './record.js'

const pollMs = 500

interface OutsideWatch {
  guards: readonly WorldGuard[]
  faults: readonly PlannedFault[]
  workloads: Workloads
  clock: Clock
  signal: AbortSignal
  record(event: RunEvent): void
}

/** A replica as it is now, and what is wrong with it for how long. */
interface Outsider {
  pid: number
  restarts: number
  goneSinceMs?: number | undefined
  unreadySinceMs?: number | undefined
}

const describe = (name: string, what: string): string => `${name}, at which no fault aims, ${what}`

/** Follows the replicas at which no fault aims, from one look to the next. */
export class Outsiders {
  readonly #aimed: ReadonlySet<string>
  readonly #aimedWorkloads: ReadonlySet<string>
  /** Workloads of replicas at which faults aim. */
  readonly #hit = new Set<string>()
  #first: ReadonlySet<string> | undefined
  readonly #known = new Map<string, Outsider>()

  constructor(faults: readonly PlannedFault[]) {
    this.#aimed = new Set(faults.flatMap(({aim}) => aim.replicas))
    this.#aimedWorkloads = new Set(faults.flatMap(({aim}) => aim.workloads ?? []))
  }

  /** Why this guard stops the run now; undefined when it does not. `look` comes before. */
  tripped({outside, forMs}: WorldGuard, atMs: number): string | undefined {
    const beyond = (sinceMs: number | undefined): boolean => sinceMs !== undefined && atMs - sinceMs >= forMs
    for (const [name, {goneSinceMs, unreadySinceMs}] of this.#known) {
      if (beyond(goneSinceMs)) return describe(name, 'is gone')
      if (outside === 'stays-ready' && beyond(unreadySinceMs)) return describe(name, 'is not ready')
    }
    return undefined
  }

  /** Takes in what the replicas are now; returns those that were started again since the look before. */
  look(all: readonly Replica[], atMs: number): string[] {
    // Of a workload in a cluster a fault takes other pods than the plan named, and what replaces one has a new name.
    for (const {name, workload} of all) if (this.#aimed.has(name)) this.#hit.add(workload)
    this.#first ??= new Set(all.map(({name}) => name))
    const replicas = all.filter(
      ({name, workload}) =>
        !this.#aimedWorkloads.has(workload) && (this.#first?.has(name) || !this.#hit.has(workload)),
    )
    const now = new Map(replicas.map((replica) => [replica.name, replica]))
    const names = [...this.#known.keys(), ...now.keys()].filter((name) => !this.#aimed.has(name))
    return [...new Set(names)].flatMap((name) => {
      const before = this.#known.get(name)
      const {pid = 0, restarts = before?.restarts ?? 0, state} = now.get(name) ?? {}
      // One that was never there when the run began has not gone.
      const gone = pid === 0 && before !== undefined
      this.#known.set(name, {
        pid: pid === 0 ? (before?.pid ?? 0) : pid,
        restarts,
        goneSinceMs: gone ? (before.goneSinceMs ?? atMs) : undefined,
        unreadySinceMs: state === 'ready' ? undefined : (before?.unreadySinceMs ?? atMs),
      })
      if (before === undefined || before.pid === 0) return []
      const again = restarts > before.restarts || (pid !== 0 && pid !== before.pid)
      return again ? [describe(name, 'was started again')] : []
    })
  }
}

/** Looks twice a second until the signal aborts; throws GuardTripped. A restart trips every guard of these at once. */
export const watchOutside = async (watch: OutsideWatch): Promise<void> => {
  const {guards, faults, workloads, clock, signal, record} = watch
  const outsiders = new Outsiders(faults)
  for (let blind = false; ; ) {
    let hidden = ''
    const replicas = await workloads.replicas().catch((cause: unknown) => {
      hidden = messageOf(cause)
      return undefined
    })
    signal.throwIfAborted()
    const atMs = clock.now()
    const again = replicas ? outsiders.look(replicas, atMs) : []
    for (const guard of guards) {
      const why = again[0] ?? (replicas && outsiders.tripped(guard, atMs))
      if (why !== undefined) throw new GuardTripped(guard.name, why)
    }
    if (replicas === undefined && !blind) {
      const message = `guard "${guards[0]?.name}" cannot look at the replicas: ${hidden}`
      record({kind: 'event', atMs, event: 'warning', message})
    }
    blind = replicas === undefined
    await clock.sleep(pollMs, signal)
  }
}
