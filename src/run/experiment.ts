import {join} from 'node:path'
import type {Engine} from '../engines/engine.js'
import {UserError} from '../errors.js'
import {aimWith, loadFaults} from '../faults/index.js'
import {startEmbeddedSource} from '../metrics/embedded.js'
import {connectPrometheus} from '../metrics/prometheus.js'
import {withRules} from '../metrics/ruled-source.js'
import type {MetricSource} from '../metrics/source.js'
import {buildPlan} from '../plan/build.js'
import type {Plan} from '../plan/plan.js'
import {allSelectors} from '../plan/selectors.js'
import {neededRules} from '../promql/index.js'
import type {ReplicaCounts} from '../scenarios/replica-flags.js'
import type {Scenario} from '../scenarios/scenario.js'
import type {Target} from '../scenarios/target.js'
import {systemClock} from '../system/clock.js'
import {freshSeed} from '../system/fresh-seed.js'
import {stateDirectory} from '../system/state-directory.js'
import {admitLoad, needPlace} from './admit-load.js'
import {openBlastRadius} from './blast-ledger.js'
import type {JudgeRecent} from './breakpoint.js'
import {type Closers, closeAll} from './close-all.js'
import {conductRun} from './conduct.js'
import {describeRun} from './describe-run.js'
import {engineAsked} from './engine-asked.js'
import type {JudgeGuard} from './guards.js'
import {openLoadMetrics} from './load-metrics.js'
import {observerAsked} from './observer.js'
import {describeTarget, folderOf, openTarget, type TargetRequest} from './open-target.js'
import {openWorld} from './open-world.js'
import type {RunWatcher} from './progress.js'
import type {RecordHeader} from './record.js'
import {openRecorder, prepareRecords} from './recorder.js'
import {rehearseFaults} from './rehearse.js'
import {freshRunId} from './run-id.js'
import type {JudgeStanding} from './standing.js'
import {changesSince, findProxies} from './undo/found-proxies.js'
import {openJournal} from './undo/journal.js'
import {recentRecoveries} from './undo/recoveries.js'
import {restoreBeforeRun} from './undo/restore.js'
import {lockTarget} from './undo/target-lock.js'
import {startWatchdog} from './undo/watchdog.js'

/** One experiment as asked for. */
export interface Experiment {
  scenario: Scenario
  source: RecordHeader['source']
  /** What is odd about the scenario and its files: written down with the run. */
  remarks?: readonly string[]
  /** In place of the scenario's own. */
  target?: string | undefined
  engine?: string | undefined
  /** A Prometheus in place of the target's metric source. */
  prometheusUrl?: string | undefined
  toxiproxyUrl?: string | undefined
  /** Context of the kubeconfig in place of the target's own, and whether names like production are meant. */
  context?: string | undefined
  allowProduction?: boolean | undefined
  seed?: number | undefined
  /** How many replicas of some workloads the target is started with. */
  replicas?: ReplicaCounts | undefined
  /** Port of the loopback interface at which the metrics of the load are served while it runs. */
  metricsPort?: number | undefined
  /** Whether phases end as soon as all that is judged in them is certain. */
  early?: boolean | undefined
  /** With the protections of the scenario's `counterfactual` switched off. */
  counterfactual: boolean
  switches: Scenario['switches']
  /** Records go to `<outputDir>/<run id>/`. */
  outputDir: string
}

/** What an experiment is judged and watched by, handed in so that data flows one way. */
export interface Audience {
  judgeGuard: JudgeGuard
  judgeRecent: JudgeRecent
  judgeStanding: JudgeStanding
  watcher: RunWatcher
  signal: AbortSignal
}

/** What a run with these options would do; starts nothing. Throws UserError when it cannot be planned. */
export const planExperiment = async (asked: Experiment, signal: AbortSignal): Promise<Plan> => {
  const {engine, experiment} = await withEngine(asked)
  const seed = experiment.seed ?? freshSeed()
  const target = await describeTarget(targetRequest(experiment, seed, signal))
  const plan = await planFor(experiment, engine, target, seed)
  await rehearseFaults(plan, openWorld(target, 'plan', systemClock, signal))
  return plan
}

/** Runs an experiment from nothing to its record, and says where that lies. Throws when it could not even begin; what happens later is in the record. */
export const runExperiment = async (
  asked: Experiment,
  {watcher, signal, ...judges}: Audience,
): Promise<string> => {
  const {engine, experiment} = await withEngine(asked)
  const seed = experiment.seed ?? freshSeed()
  const request = targetRequest(experiment, seed, signal)
  const reachObserver = observerAsked(experiment.prometheusUrl)
  // A mistake in the scenario is told before anything is started for it.
  needPlace(await planFor(experiment, engine, await describeTarget(request), seed))
  const observer = await reachObserver()
  const note = (message: string): void => watcher.note(message)
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
    await admitLoad(plan, request)
    const runId = freshRunId(experiment.scenario.name, systemClock.now())
    closers.push(await lockTarget(stateDirectory(), runId, target))
    // A run that held the target until just now may have died with its faults in force.
    await restoreBeforeRun(stateDirectory(), note, signal)
    const metrics = await openMetrics(plan)
    closers.push(() => metrics.close())
    const port = experiment.metricsPort ?? plan.scenario.load.metricsPort
    const loadMetrics = await openLoadMetrics({plan, metrics, port, note})
    closers.push(() => loadMetrics.close())
    const blastRadius = openBlastRadius(plan)
    const world = {...openWorld(target, runId, systemClock, signal), blastRadius}
    await rehearseFaults(plan, world)
    const found = await findProxies(world)
    const header = await describeRun(experiment, plan, runId, metrics, target.toxiproxy && world.toxiproxy())
    const recorder = await openRecorder(join(experiment.outputDir, runId, 'record.jsonl.gz'))
    closers.push(() => recorder.close())
    recorder.write(header)
    for (const message of metrics.cautions ?? []) {
      note(message)
      recorder.write({kind: 'event', atMs: systemClock.now(), event: 'warning', message})
    }
    for (const message of experiment.remarks ?? []) {
      recorder.write({kind: 'event', atMs: systemClock.now(), event: 'note', message})
    }
    recorder.flush()
    watcher.notes?.((message) => {
      recorder.write({kind: 'event', atMs: systemClock.now(), event: 'note', message})
    })
    const journal = await openJournal(stateDirectory(), runId, target, own, found)
    closers.push(() => journal.close(true).catch(() => {}))
    const watchdog = await startWatchdog(journal.path, note)
    closers.push(() => watchdog.stop())
    const faults = await loadFaults()
    const foreignChanges = () => changesSince(found, world)
    const parts = {plan, engine, faults, metrics, world: {...world, found}, journal, recorder, foreignChanges}
    await conductRun({...parts, ...judges, loadMetrics, watcher, signal, early: experiment.early ?? false})
    await recorder.close()
    return recorder.path
  } finally {
    await closeAll(closers)
  }
}

/** The scenario in it names the engine that is used. */
export const withEngine = async (asked: Experiment): Promise<{engine: Engine; experiment: Experiment}> => {
  const {engine, scenario} = await engineAsked(asked.scenario, asked.source.path, asked.engine)
  return {engine, experiment: {...asked, scenario}}
}

/** Where the target of an experiment is, and with what it is opened. */
export const targetRequest = (experiment: Experiment, seed: number, signal: AbortSignal): TargetRequest => ({
  name: experiment.target ?? experiment.scenario.target,
  // A path on the command line is relative to where the user is, one in the file to the file.
  folder: experiment.target === undefined ? folderOf(experiment.source.path) : process.cwd(),
  toxiproxyUrl: experiment.toxiproxyUrl,
  replicas: experiment.replicas,
  context: experiment.context,
  allowProduction: experiment.allowProduction,
  seed,
  signal,
})

/** Throws UserError when the scenario does not fit the target, or asks for what the engine cannot make. */
export const planFor = async (
  experiment: Experiment,
  engine: Engine,
  target: Target,
  seed: number,
): Promise<Plan> => {
  const {scenario, counterfactual} = experiment
  if (counterfactual && !scenario.counterfactual) {
    throw new UserError(`Scenario ${scenario.name} has no counterfactual`, {
      hint: 'Add `counterfactual: {switches: …, must-fail: …}`, or use --switch.',
    })
  }
  const off = counterfactual ? scenario.counterfactual?.switches : {}
  const switches = {...scenario.switches, ...off, ...experiment.switches}
  const plan = buildPlan({scenario, target, seed, switches, aim: aimWith(await loadFaults())})
  engine.check?.(plan)
  return plan
}

/** Starts our own scraper, or connects to the Prometheus of the plan's target. */
export const openMetrics = async (plan: Plan): Promise<MetricSource> => {
  const {metrics} = plan.target
  const expressions = plan.scenario.guards.map(({stopWhen}) => stopWhen)
  const rules = neededRules(plan.scenario.rules ?? [], {expressions})
  if (metrics.kind === 'scrape') return await startEmbeddedSource({...metrics, rules})
  return withRules(await connectPrometheus({...metrics, selectors: allSelectors(plan)}), rules)
}
