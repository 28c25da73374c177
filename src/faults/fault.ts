import type {z} from 'zod'
import type {Cluster, Right} from '../clients/kubernetes/cluster.js'
import type {ProxyState, ToxiproxyClient} from '../clients/toxiproxy.js'
import type {Aim, PlannedFault} from '../plan/plan.js'
import type {Target} from '../scenarios/target.js'
import type {Clock} from '../system/clock.js'
import type {Json} from '../system/json.js'
import type {Random} from '../system/random.js'
import type {Workloads} from '../targets/workloads.js'

/**
 * One thing that goes wrong, with its inverse. One file per fault; the file name is what the user types.
 *
 *   aim ──▶ prepare ──▶ journal (fsync) ──▶ inject ──▶ observe ──▶ undo ──▶ journal
 *   pure    reads the   intent and inverse   changes    did it       puts it back,
 *           world       are on disk          the world  bite?        reads it back
 *
 * The inverse is data, so that another process can undo after this one is gone.
 */
export interface Fault<Options = Json, Inverse extends Json = Json> {
  summary: string
  /** A fault as it stands in a scenario, in YAML. */
  example: string
  options: z.ZodType<Options>
  /**
   * Chooses what is hit; pure; throws UserError when the target has no such edge or workload, or what is asked does not
   * fit into the time that the fault lasts.
   */
  aim(options: Options, target: Target, random: Random, lastsMs?: number): Aim
  /** What the account must be allowed to do in the target's cluster; none when left out. Pure. */
  rights?(options: Options, target: Target): Right[]
  /**
   * Its `prepare` asks guards of the cluster that a plan should have asked before anything begins; faults that hit pods or
   * nodes are asked anyway.
   */
  rehearsed?: true
  /** Reads what undo will need; changes nothing. */
  prepare(fault: Aimed<Options>, world: World): Promise<Inverse>
  /** Makes the change. */
  inject(fault: Aimed<Options>, inverse: Inverse, world: World): Promise<void>
  /**
   * Changes its strength while it is in force: 1 is what the options ask for, 0 is no effect at all. `inject` starts at
   * the first of the fault's levels. A fault without `adjust` is there or it is not: it takes no envelope. It is
   * never begun once the undoing has; one that lands late, after its caller was killed, must not bring back what `undo`
   * took away.
   */
  adjust?(fault: Aimed<Options>, inverse: Inverse, level: number, world: World): Promise<void>
  /** Looks, while the fault is in force, whether it took effect. */
  observe(fault: Aimed<Options>, inverse: Inverse, world: World, moment: Moment): Promise<Evidence>
  /** Puts it back and reads back that it is; works twice; safe when `inject` never happened or got no reply. */
  undo(inverse: Inverse, world: World): Promise<void>
  /**
   * Where `undo` also waits until pods or processes are ready again: what it puts back before it waits; works twice.
   * When several faults are taken back, nobody waits before the last of them has been put back.
   */
  release?(inverse: Inverse, world: World): Promise<void>
  /**
   * Longest that its undo may take, in ms, where that is more than the usual 30 s: a cluster's API server may be away for
   * a while, and pods need their time to be ready again.
   */
  undoLimitMs?(inverse: Inverse): number
  /** What a person would type at a shell to put it back when `undo` could not. */
  remedy(inverse: Inverse, target: Target): string
}

/** A planned fault with its options typed. */
export type Aimed<Options> = Omit<PlannedFault, 'options'> & {options: Options}

/** When a fault is looked at. */
export interface Moment {
  /** Its strength now, see `adjust`. */
  level: number
  /** What an earlier look saw. */
  earlier?: Evidence
}

/** Whether a fault bit, and what says so. `unknown` never counts as bitten. */
export interface Evidence {
  bit: 'yes' | 'no' | 'unknown'
  observations: string[]
  numbers: Record<string, number>
}

/** What faults may touch. */
export interface World {
  runId: string
  target: Target
  /** Throws EnvironmentError when the target has no proxies. */
  toxiproxy(): ToxiproxyClient
  /** Throws EnvironmentError when the target has no control API. */
  workloads(): Workloads
  /** Throws EnvironmentError when the target is in no cluster. */
  cluster(): Cluster
  clock: Clock
  signal: AbortSignal
  /** How far the run may reach in a cluster; without it, half of a workload, and nobody counts. */
  blastRadius?: BlastRadius
  /** The target's proxies as the run found them, before its first change; absent when that is not known. */
  found?: readonly ProxyState[]
  /** Told what a fault or its undo met or did beyond its plain way, in a sentence for the record and the user. */
  note?(message: string): void
  /** Runs the work when all earlier work of the same key is over. */
  inTurn?(key: string, work: () => Promise<void>): Promise<void>
  /** Puts a further change on disk before it is made; resolves to what is to be called once it is taken back. */
  intend?(id: string, fault: string, inverse: Json): Promise<() => Promise<void>>
}

/** How far all faults of a run together may reach. */
export interface BlastRadius {
  /** Largest share of one workload's pods that may be down at once, as a fraction; 1 includes its last ready pod. */
  shareOfWorkload: number
  /**
   * Counts what a fault (its id) is about to hit; before it does. Throws UserError, and counts nothing, when that is more
   * than the run may hit.
   */
  take(fault: string, hit: {pods?: number; nodes?: number; uids?: readonly string[]}): void
  /** Uids of the pods that others took whose time is also that of this fault: it must not count on them. */
  takenByOthers?(fault: string): ReadonlySet<string>
}
