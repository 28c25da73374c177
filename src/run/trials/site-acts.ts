import {setMaxListeners} from 'node:events'
import type {Engine, LiveLoad} from '../../engines/engine.js'
import type {Fault, World} from '../../faults/fault.js'
import type {MetricSource} from '../../metrics/source.js'
import type {Plan, PlannedFault} from '../../plan/plan.js'
import type {Target} from '../../scenarios/target.js'
import {systemClock} from '../../system/clock.js'
import {lookAt} from '../../targets/kubernetes/look-at.js'
import {openBlastRadius} from '../blast-ledger.js'
import type {Experiment} from '../experiment.js'
import type {JudgeGuard} from '../guards.js'
import {setSwitches} from '../switches.js'
import type {UndoStack} from '../undo/undo-stack.js'
import {admitHolds} from './admit-holds.js'
import {type HeldFault, holdFault} from './held-fault.js'
import {holdSize, type PlannedSize, planSizes} from './hold-size.js'
import {oneOf} from './one-of.js'
import {readyPods} from './ready-pods.js'
import {sendTrial, type TrialSeen} from './send-trial.js'
import {type TrialLoad, trialPlan} from './trial-plan.js'

/** What is done on an open target. */
export interface SiteActs {
  /** The scenario's own plan: its mix of requests, its faults with their victims chosen; `begin` may make it anew. */
  readonly plan: Plan
  /**
   * Sets the scenario's switches, and in a cluster the replicas that were asked for, which hold for all trials; what was set
   * when it throws, the undo stack holds.
   */
  begin(): Promise<void>
  /** Throws UserError when the faults that will be held reach further than the scenario or the cluster allows. */
  admit(held: readonly PlannedFault[]): Promise<void>
  /** One trial; throws the signal's reason when it aborts. `during` is done while the load goes on. */
  send(load: TrialLoad, during?: {atMs: number; act(): Promise<void>}): Promise<TrialSeen>
  /** Puts a fault in force until it is released; in a cluster only what was admitted. */
  hold(fault: PlannedFault): Promise<HeldFault>
  /** The fault that stops one replica of a workload and keeps it down. Throws UserError when nobody can. */
  aimAtOne(workload: string): PlannedFault
}

export interface SiteOptions {
  seed: number
  /**
   * What will be held, chosen from the target as it is known before anything is started for it. Throws UserError for what
   * is not there, or nobody can do.
   */
  foresee(site: Pick<SiteActs, 'plan' | 'aimAtOne'>): readonly PlannedFault[]
  judgeGuard: JudgeGuard
  note(message: string): void
  live(live: LiveLoad): void
  signal: AbortSignal
  extraSelectors: readonly string[]
}

/** Replicas that were asked for of a target that is there already; one that is started for a search is started with them. */
export const sizesOf = (
  {replicas = {}}: Pick<Experiment, 'replicas'>,
  target: Target,
  faults: Record<string, Fault>,
): PlannedSize[] => (target.kubernetes ? planSizes(replicas, target, faultNamed(faults, 'scale')) : [])

/** What a site is made of. */
interface Parts {
  plan: Plan
  /** Plans anew, for the target as it is by now. */
  again(target: Target): Promise<Plan>
  sizes: PlannedSize[]
  engine: Engine
  metrics: MetricSource
  world: World
  undo: UndoStack
  faults: Record<string, Fault>
  options: SiteOptions
}

const faultNamed = (faults: Record<string, Fault>, name: string): Fault => {
  const fault = faults[name]
  if (!fault) throw new Error(`the fault "${name}" is not registered`)
  return fault
}

const setSwitchesOf = async ({plan, world, undo, faults}: Parts): Promise<void> => {
  if (Object.keys(plan.switches).length === 0) return
  await setSwitches(plan, faultNamed(faults, 'switch'), undo, world)
}

/** Sets the sizes; the plan of a target that has changed. */
const setSizes = async ({plan, again, sizes, world, undo, faults, options}: Parts): Promise<Plan> => {
  if (sizes.length === 0) return plan
  const made = sizes.flatMap(({change}) => change ?? [])
  const blastRadius = openBlastRadius({scenario: plan.scenario, faults: made})
  for (const size of sizes) {
    options.note(size.change ? `${size.change.aim.does}` : `${size.workload} has ${size.count} pods already`)
    await holdSize(size, faultNamed(faults, 'scale'), {world: {...world, blastRadius}, undo})
  }
  return await again(await lookAt(plan.target, options.signal))
}

/** What a site does, once it is open. */
export const actsOf = (parts: Parts): SiteActs => {
  const {engine, metrics, world, undo, faults, options, sizes} = parts
  // Every trial listens to it: many listeners are no leak.
  setMaxListeners(0, options.signal)
  let {plan} = parts
  let blastRadius = openBlastRadius({scenario: plan.scenario, faults: []})
  let held = plan.faults.length
  return {
    get plan() {
      return plan
    },
    begin: async () => {
      // New replicas have their switches as they were made.
      plan = await setSizes(parts)
      await setSwitchesOf(parts)
    },
    admit: async (asked) => {
      const made = sizes.flatMap(({change}) => change ?? [])
      blastRadius = await admitHolds(plan, {made, held: asked}, world)
    },
    send: async (load, during) => {
      const sent = {...options, engine, metrics, clock: systemClock, ...(during && {during})}
      const seen = await sendTrial(trialPlan(plan, load), sent)
      const pods = await readyPods(world)
      return {...seen, ...(pods && {pods})}
    },
    hold: (fault) =>
      holdFault(fault, faultNamed(faults, fault.fault), {world: {...world, blastRadius}, undo}),
    aimAtOne: (workload) => {
      held++
      return oneOf(workload, {plan, faults, id: `f${held}`})
    },
  }
}
