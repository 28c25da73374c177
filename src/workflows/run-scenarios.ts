import {exitCodeOf, exitCodes, type Outcome} from '../exit-codes.js'
import type {ProgressStream} from '../output/format.js'
import type {Keyboard} from '../output/live/keyboard.js'
import {alsoOn, showProgress} from '../output/progress.js'
import type {Screen} from '../output/screen.js'
import type {WatchBoard} from '../output/watch/watch-board.js'
import {exitLine} from '../reporters/exit-line.js'
import {makeReport} from '../reporters/report.js'
import type {Report} from '../reporters/reporter.js'
import {type Experiment, runExperiment} from '../run/experiment.js'
import {readRecord} from '../run/read-record.js'
import {loadScenarios} from '../scenarios/load-all.js'
import {formatProblem} from '../scenarios/problems.js'
import {parseSwitchFlags} from '../scenarios/switch-flags.js'
import {judgeRecent} from '../verdict/breakpoint.js'
import {judgeStanding} from '../verdict/early/standing.js'
import {guardState} from '../verdict/guard.js'
import {judge} from '../verdict/judge.js'
import {neededSeries} from '../verdict/needed-series.js'
import {checkContext} from './check-context.js'
import {checkSwitches} from './check-switches.js'
import {checkDeliveries} from './deliver.js'
import {type Publishing, publishRun} from './publish-run.js'
import {tellGithubOutputs} from './tell-github.js'
import {loadVocabulary} from './vocabulary.js'

/** The flags of `run`, as parsed. */
export interface RunFlags extends Publishing {
  target?: string | undefined
  engine?: string | undefined
  prometheus?: string | undefined
  toxiproxy?: string | undefined
  context?: string | undefined
  'allow-production'?: boolean | undefined
  seed?: number | undefined
  'metrics-port'?: number | undefined
  early?: boolean | undefined
  counterfactual: boolean
  switch?: string[] | undefined
  'output-dir': string
  'allow-inconclusive': boolean
  quiet: boolean
  watch?: boolean
  'watch-port'?: number | undefined
}

/** Where a run shows itself. */
export interface Stage {
  signal: AbortSignal
  print(text: string): void
  progress: ProgressStream
  /** Where somebody sits at the terminal that shows the progress. */
  keyboard?: Keyboard | undefined
  terminal: Screen
  /** The page that shows the runs, where one is served. */
  page?: WatchBoard
}

/** The worst of several runs comes first; an objective missed in one outranks an experiment that did not happen in another. */
const worstFirst: Outcome[] = ['residual', 'error', 'interrupted', 'fail', 'invalid', 'inconclusive', 'pass']

const worstOf = (outcomes: Outcome[]): Outcome =>
  worstFirst.find((outcome) => outcomes.includes(outcome)) ?? 'error'

/** The experiments asked for: all files are read, and all their problems told, before the first starts. */
export const experimentsOf = async (
  paths: string[],
  flags: RunFlags,
  stage: Stage,
): Promise<Experiment[]> => {
  const vocabulary = await loadVocabulary()
  const switches = parseSwitchFlags(flags.switch ?? [])
  const {target, engine, prometheus, toxiproxy, seed, counterfactual, 'output-dir': outputDir} = flags
  const real = {prometheusUrl: prometheus, toxiproxyUrl: toxiproxy, metricsPort: flags['metrics-port']}
  const cluster = {context: flags.context, allowProduction: flags['allow-production']}
  const asked = {
    target,
    engine,
    ...real,
    ...cluster,
    seed,
    early: flags.early,
    counterfactual,
    switches,
    outputDir,
  }
  const loaded = await loadScenarios(paths, vocabulary)
  for (const warning of loaded.flatMap(({warnings}) => warnings)) {
    stage.progress.write(`Warning: ${formatProblem(warning)}\n`)
  }
  for (const {scenario} of loaded) {
    checkContext(scenario, asked)
    await checkSwitches(scenario, asked)
  }
  return loaded.map(({scenario, source, warnings}) => ({
    scenario,
    source,
    remarks: warnings.map(formatProblem),
    ...asked,
  }))
}

/** Does the work with a page that shows it, where one is asked for; the page lives as long as the work. */
export const withPage = async <T>(
  flags: Pick<RunFlags, 'watch' | 'watch-port'>,
  stage: Stage,
  work: (stage: Stage) => Promise<T>,
): Promise<T> => {
  if (!flags.watch) return await work(stage)
  const {startWatchServer} = await import('../output/watch/watch-server.js')
  const server = await startWatchServer(flags['watch-port'] ?? 0)
  stage.progress.write(`watch at ${server.url}\n`)
  try {
    return await work({...stage, page: server.board})
  } finally {
    await server.close()
  }
}

/** Runs the scenarios one after another. */
export const runScenarios = async (paths: string[], flags: RunFlags, stage: Stage) =>
  await withPage(flags, stage, async (shown) => await runAll(paths, flags, shown))

const runAll = async (paths: string[], flags: RunFlags, stage: Stage) => {
  await checkDeliveries(flags)
  const experiments = await experimentsOf(paths, flags, stage)
  const reports: Report[] = []
  for (const experiment of experiments) {
    reports.push(await runOne(experiment, flags, stage))
    // Ctrl-C stops them all, not only the one that runs; and what is left broken would be the next one's target.
    if (stage.signal.aborted || reports.at(-1)?.verdict.outcome === 'residual') break
  }
  const outcome = worstOf(reports.map(({verdict}) => verdict.outcome))
  const exitCode = exitCodeOf(outcome, {allowInconclusive: flags['allow-inconclusive']})
  const runs = reports.map(({verdict, record, recordPath}) => ({
    scenario: record.header.plan.scenario.name,
    outcome: verdict.outcome,
    record: recordPath,
    seed: record.header.seed,
    verdict,
  }))
  const worst = reports.find(({verdict}) => verdict.outcome === outcome)?.record.header.plan.scenario.name
  const why = exitLine(outcome, exitCode, reports.length > 1 ? worst : undefined)
  const problem = await tellGithubOutputs(reports, flags.report, {outcome, exitCode})
  if (problem !== undefined) stage.progress.write(`Warning: ${problem}\n`)
  if (why !== undefined) stage.print(why)
  return {exitCode: exitCode ?? exitCodes.error, json: {outcome, exitCode, runs}}
}

/** Runs one experiment, judges it and makes its reports. */
export const runOne = async (experiment: Experiment, flags: RunFlags, stage: Stage): Promise<Report> => {
  const shown = showProgress(stage.progress, {quiet: flags.quiet, keyboard: stage.keyboard})
  const watcher = stage.page ? alsoOn(stage.page, shown) : shown
  let report: Report
  try {
    const judges = {judgeGuard: guardState, judgeRecent, judgeStanding}
    const path = await runExperiment(experiment, {...judges, watcher, signal: stage.signal})
    const record = await readRecord(path, neededSeries)
    report = makeReport(record, judge(record), path)
  } finally {
    watcher.end()
  }
  stage.page?.verdict(report)
  return await publishRun(report, flags, stage)
}
