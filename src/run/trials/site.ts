import {setMaxListeners} from 'node:events'
import type {Engine, LiveLoad} from '../../engines/engine.js'
import {checkHere} from '../../engines/fit.js'
import {messageOf} from '../../errors.js'
import type {Fault, World} from '../../faults/fault.js'
import {aimWith, loadFaults} from '../../faults/index.js'
import {prometheusAsked} from '../../metrics/prometheus-environment.js'
import type {MetricSource} from '../../metrics/source.js'
import type {Plan, PlannedFault} from '../../plan/plan.js'
import {systemClock} from '../../system/clock.js'
import {environment} from '../../system/environment.js'
import {seededRandom} from '../../system/random.js'
import {stateDirectory} from '../../system/state-directory.js'
import {type Closers, closeAll} from '../close-all.js'
import {type Experiment, openMetrics, planFor, targetRequest, withEngine} from '../experiment.js'
import type {JudgeGuard} from '../guards.js'
import {describeTarget, openTarget} from '../open-target.js'
import {openWorld} from '../open-world.js'
import {prepareRecords} from '../recorder.js'
import {freshRunId} from '../run-id.js'
import {setSwitches} from '../switches.js'
import {changesSince, findProxies} from '../undo/found-proxies.js'
import {openJournal} from '../undo/journal.js'
import {recentRecoveries} from '../undo/recoveries.js'
import {restoreBeforeRun} from '../undo/restore.js'
import {lockTarget} from '../undo/target-lock.js'
import {type Residual, UndoStack} from '../undo/undo-stack.js'
import {startWatchdog} from '../undo/watchdog.js'
import {type HeldFault, holdFault} from './held-fault.js'
import {sendTrial, type TrialSeen} from './send-trial.js'
import {checkSteerable, type TrialLoad, trialPlan} from './trial-plan.js'

/** A target that is opened once for many trials, with the same lock, journal and watchdog as a run has. */
export interface TrialSite {
  runId: string
  /** The scenario's own plan: its mix of requests, its faults with their victims chosen. */
  plan: Plan
  engine: Engine
  metrics: MetricSource
  /** Sets the scenario's switches, which hold for all trials; what was set when it throws, `letGo` puts back. */
  begin(): Promise<void>
  /** One trial; throws the signal's reason when it aborts. `during` is done while the load goes on. */
  send(load: TrialLoad, during?: {atMs: number; act(): Promise<void>}): Promise<TrialSeen>
  /** Puts a fault in force until it is released. */
  hold(fault: PlannedFault): Promise<HeldFault>
  /** The fault that stops one replica of a workload and keeps it down. Throws UserError when nobody can. */
  aimAtOne(workload: string): PlannedFault
  /** Takes back everything that is in force, once; what could not be is returned. No trial comes after it. */
  letGo(): Promise<Residual[]>
  /** Frees everything; after `letGo`. */
  close(): Promise<void>
}

export interface SiteOptions {
  seed: number
  judgeGuard: JudgeGuard
  note(message: string): void
  live(live: LiveLoad): void
  signal: AbortSignal
  extraSelectors: readonly string[]
}

/** Opens the target of an experiment for trials. Throws what a run throws when it cannot begin. */
export const openSite = async (asked: Experiment, options: SiteOptions): Promise<TrialSite> => {
  const {seed, note, signal} = options
  const {engine, experiment} = await withEngine(asked)
  checkHere(experiment.scenario.load.engine, engine)
  const request = targetRequest(experiment, seed, signal)
  const observer =
    experiment.prometheusUrl === undefined
      ? undefined
      : prometheusAsked(experiment.prometheusUrl, environment())
  // A mistake in the scenario is told before anything is started for it.
  checkSteerable(await planFor(experiment, engine, await describeTarget(request), seed), engine)
  await prepareRecords(experiment.outputDir)
  for (const recovery of await recentRecoveries(stateDirectory(), systemClock.now())) note(recovery)
  await restoreBeforeRun(stateDirectory(), note, signal)
  const closers: Closers = []
  try {
    note(`starting ${request.name}`)
    const {target: opened, own, close} = await openTarget(request)
    closers.push(close)
    const target = observer ? {...opened, metrics: observer} : opened
    const plan = await planFor(experiment, engine, target, seed)
    const runId = freshRunId(`capacity-${experiment.scenario.name}`, systemClock.now())
    closers.push(await lockTarget(stateDirectory(), runId, target))
    await restoreBeforeRun(stateDirectory(), note, signal)
    const metrics = await openMetrics(plan)
    closers.push(() => metrics.close())
    for (const caution of metrics.cautions ?? []) note(caution)
    const world = openWorld(target, runId, systemClock, signal)
    const found = await findProxies(world)
    const journal = await openJournal(stateDirectory(), runId, target, own, found)
    closers.push(() => journal.close(true).catch(() => {}))
    const watchdog = await startWatchdog(journal.path, note)
    closers.push(() => watchdog.stop())
    const faults = await loadFaults()
    // Undo never stops with the search.
    const undoWorld = {...world, note, found, signal: new AbortController().signal}
    const undo = new UndoStack(journal, undoWorld, faults)
    const parts = {plan, engine, metrics, world: {...world, note, found}, undo, faults, options}
    let letting: Promise<Residual[]> | undefined
    const takeBack = async (): Promise<Residual[]> => {
      const residual = await undo.undoAll(() => {})
      const changes = await changesSince(found, undoWorld).catch((cause: unknown) => [messageOf(cause)])
      for (const change of changes) note(change)
      await journal.close(residual.length > 0).catch((cause: unknown) => note(messageOf(cause)))
      return residual
    }
    const letGo = async (): Promise<Residual[]> => {
      letting ??= takeBack()
      return await letting
    }
    return {runId, plan, engine, metrics, ...actsOf(parts), letGo, close: () => closeAll(closers)}
  } catch (cause) {
    await closeAll(closers)
    throw cause
  }
}

const setAtOnce = async ({plan, world, undo, faults}: Parts): Promise<void> => {
  if (Object.keys(plan.switches).length === 0) return
  await setSwitches(plan, faultNamed(faults, 'switch'), undo, world)
}

interface Parts {
  plan: Plan
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

const actsOf = (parts: Parts) => {
  const {plan, engine, metrics, world, undo, faults, options} = parts
  // Every trial listens to it: many listeners are no leak.
  setMaxListeners(0, options.signal)
  let held = plan.faults.length
  return {
    begin: () => setAtOnce(parts),
    send: async (load: TrialLoad, during?: {atMs: number; act(): Promise<void>}): Promise<TrialSeen> =>
      await sendTrial(trialPlan(plan, load), {
        ...options,
        engine,
        metrics,
        clock: systemClock,
        ...(during && {during}),
      }),
    hold: (fault: PlannedFault): Promise<HeldFault> =>
      holdFault(fault, faultNamed(faults, fault.fault), {world, undo}),
    aimAtOne: (workload: string): PlannedFault => {
      const wanted = {workload, respawn: 'never', order: 'together'}
      const random = seededRandom(plan.seed).fork(`without ${workload}`)
      const lastsMs = Number.MAX_SAFE_INTEGER
      const aim = aimWith(faults)('kill', wanted, plan.target, random, lastsMs)
      held++
      return {id: `f${held}`, fault: 'kill', options: wanted, startMs: 0, endMs: lastsMs, aim}
    },
  }
}
