import type {Engine} from '../../engines/engine.js'
import {messageOf} from '../../errors.js'
import {loadFaults} from '../../faults/index.js'
import type {MetricSource} from '../../metrics/source.js'
import type {Plan} from '../../plan/plan.js'
import type {Target} from '../../scenarios/target.js'
import {systemClock} from '../../system/clock.js'
import {stateDirectory} from '../../system/state-directory.js'
import {type Closers, closeAll} from '../close-all.js'
import {type Experiment, openMetrics, planFor, targetRequest, withEngine} from '../experiment.js'
import {observerAsked} from '../observer.js'
import {describeTarget, openTarget} from '../open-target.js'
import {openWorld} from '../open-world.js'
import {prepareRecords} from '../recorder.js'
import {freshRunId} from '../run-id.js'
import {changesSince, findProxies} from '../undo/found-proxies.js'
import {openJournal} from '../undo/journal.js'
import {recentRecoveries} from '../undo/recoveries.js'
import {restoreBeforeRun} from '../undo/restore.js'
import {lockTarget} from '../undo/target-lock.js'
import {type Residual, UndoStack} from '../undo/undo-stack.js'
import {startWatchdog} from '../undo/watchdog.js'
import {oneOf} from './one-of.js'
import {actsOf, type SiteActs, type SiteOptions, sizesOf} from './site-acts.js'
import {checkSteerable} from './trial-plan.js'

/** A target that is opened once for many trials, with the same lock, journal and watchdog as a run has. */
export interface TrialSite extends SiteActs {
  runId: string
  engine: Engine
  metrics: MetricSource
  /** Takes back everything that is in force, once; what could not be is returned. No trial comes after it. */
  letGo(): Promise<Residual[]>
  /** Frees everything; after `letGo`. */
  close(): Promise<void>
}

/** Opens the target of an experiment for trials. Throws what a run throws when it cannot begin. */
export const openSite = async (asked: Experiment, options: SiteOptions): Promise<TrialSite> => {
  const {seed, note, signal} = options
  const {engine, experiment} = await withEngine(asked)
  const request = targetRequest(experiment, seed, signal)
  const reachObserver = observerAsked(experiment.prometheusUrl)
  // A mistake in the scenario is told before anything is started for it.
  const described = await describeTarget(request)
  const foreseen = await planFor(experiment, engine, described, seed)
  checkSteerable(foreseen, engine)
  const faults = await loadFaults()
  sizesOf(experiment, described, faults)
  options.foresee({
    plan: foreseen,
    aimAtOne: (workload) => oneOf(workload, {plan: foreseen, faults, id: 'f0'}),
  })
  const observer = await reachObserver()
  await prepareRecords(experiment.outputDir)
  for (const recovery of await recentRecoveries(stateDirectory(), systemClock.now())) note(recovery)
  await restoreBeforeRun(stateDirectory(), note, signal)
  const closers: Closers = []
  try {
    note(`starting ${request.name}`)
    const {target: opened, own, close: leave} = await openTarget(request)
    closers.push(leave)
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
    // Undo never stops with the search.
    const undoWorld = {...world, note, found, signal: new AbortController().signal}
    const undo = new UndoStack(journal, undoWorld, faults)
    const again = async (now: Target): Promise<Plan> => await planFor(experiment, engine, now, seed)
    const sizes = sizesOf(experiment, target, faults)
    const parts = {plan, again, sizes, engine, metrics, world: {...world, note, found}, undo, faults, options}
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
    const acts = actsOf(parts)
    const close = () => closeAll(closers)
    return {
      ...acts,
      get plan() {
        return acts.plan
      },
      ...{runId, engine, metrics, letGo, close},
    }
  } catch (cause) {
    await closeAll(closers)
    throw cause
  }
}
