import type {AnyPhase, Envelope, Scenario} from '../scenarios/scenario.js'
import type {Target} from '../scenarios/target.js'
import type {Json} from '../system/json.js'
import type {Random} from '../system/random.js'

/** What a run will do and when: a pure function of scenario, target and seed. Offsets count from the first request. */
export interface Plan {
  scenario: Scenario
  /** The target as known at planning time. */
  target: Target
  seed: number
  /** Switches that differ from the target's defaults during the whole run. */
  switches: Scenario['switches']
  /** `warm-up` first where there is one, then the phases, gapless; `dip` and `restored` last where they are asked for. */
  phases: PlannedPhase[]
  /** Offered rate over time, all streams together: gapless, linear within a segment. None in a closed loop. */
  rates: RateSegment[]
  /** The rates of each stream of the load, in their order. */
  streams: PlannedStream[]
  faults: PlannedFault[]
  durationMs: number
}

export interface PlannedPhase {
  name: AnyPhase
  startMs: number
  endMs: number
}

/** One stream's rates; `name` is that of the scenario's stream. */
export interface PlannedStream {
  name: string
  rates: RateSegment[]
}

export interface RateSegment {
  startMs: number
  endMs: number
  fromPerSecond: number
  toPerSecond: number
}

/** One fault with its victims chosen. */
export interface PlannedFault {
  /** Unique in the plan: `f1`, `f2`, … */
  id: string
  fault: string
  options: Json
  startMs: number
  endMs: number
  aim: Aim
  /** What `levels` were made of, for people. */
  envelope?: Envelope
  /** Its strength over time, first at `startMs`; constant at 1 when left out. */
  levels?: FaultLevel[]
}

/** From `atMs` (offset from the first request) on, the fault has this strength: 0 is no effect, 1 what its options ask for. */
export interface FaultLevel {
  atMs: number
  level: number
}

/** What a fault will touch and what puts it back, in words and as names: the dry run prints it, guards count it. */
export interface Aim {
  edges: string[]
  /** Replicas by name. */
  replicas: string[]
  /** Nodes of the cluster by name; none when left out. */
  nodes?: string[]
  /** How many pods of the cluster it takes away, all in all: counted into the blast radius. */
  pods?: number
  /** What it takes from each workload at one moment: at most half of one, unless the scenario says otherwise. */
  takes?: Taking[]
  /** Names of the workloads whose pods it hits: pods are other ones when a fault after it begins. */
  workloads?: string[]
  /** Names of the switches that it sets. */
  switches?: string[]
  /** What chance drew: chooses again by the same rule among the pods that are there when it begins. */
  draw?: number
  /** It keeps its replicas from answering until it ends: its undo would end another such fault on them. */
  holds?: true
  /** "delays answers on order->payment by 10 s ± 1 s" */
  does: string
  /** "removes the toxic" */
  undo: string
}

/** What a fault takes from one workload at one moment, in pods. */
export interface Taking {
  /** "workload web", "ReplicaSet web-5d9f". */
  of: string
  /** Its pods, without those that are ending. */
  pods: number
  ready: number
  /** So many are taken at once. */
  taken: number
  /** Of them ready ones. */
  takenReady: number
}

/** Chooses what a fault hits; pure; throws UserError when the target has no such edge or workload. */
export type AimFault = (fault: string, options: Json, target: Target, random: Random, lastsMs: number) => Aim
