import {exitCodeOf, exitCodes, type Outcome} from '../exit-codes.js'
import type {ProgressStream} from '../output/format.js'
import type {Keyboard} from '../output/live/keyboard.js'
import {showProgress} from '../output/progress.js'
import {terminalReport, writeReports} from '../output/write-reports.js'
import {makeReport} from '../reporters/report.js'
import type {Report} from '../reporters/reporter.js'
import {type Experiment, runExperiment} from '../run/experiment.js'
import {loadScenarios} from '../scenarios/load-all.js'
import {formatProblem} from '../scenarios/problems.js'
import {parseSwitchFlags} from '../scenarios/switch-flags.js'
import {judgeRecent} from '../verdict/breakpoint.js'
import {guardState} from '../verdict/guard.js'
import {judge} from '../verdict/judge.js'
import {loadVocabulary} from './vocabulary.js'

/** The flags of `run`, as parsed. */
export interface RunFlags {
  target?: string | undefined
  engine?: string | undefined
  prometheus?: string | undefined
  toxiproxy?: string | undefined
  seed?: number | undefined
  'metrics-port'?: number | undefined
  counterfactual: boolean
  switch?: string[] | undefined
  report: readonly string[]
  'output-dir': string
  'allow-inconclusive': boolean
  quiet: boolean
}

/** Where a run shows itself. */
export interface Stage {
  signal: AbortSignal
  print(text: string): void
  progress: ProgressStream
  /** Where somebody sits at the terminal that shows the progress. */
  keyboard?: Keyboard | undefined
  terminal: {isTTY?: boolean; columns?: number}
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
  const asked = {target, engine, ...real, seed, counterfactual, switches, outputDir}
  const loaded = await loadScenarios(paths, vocabulary)
  for (const warning of loaded.flatMap(({warnings}) => warnings)) {
    stage.progress.write(`Warning: ${formatProblem(warning)}\n`)
  }
  return loaded.map(({scenario, source, warnings}) => ({
    scenario,
    source,
    remarks: warnings.map(formatProblem),
    ...asked,
  }))
}

/** Runs the scenarios one after another. */
export const runScenarios = async (paths: string[], flags: RunFlags, stage: Stage) => {
  const experiments = await experimentsOf(paths, flags, stage)
  const reports: Report[] = []
  for (const experiment of experiments) {
    reports.push(await runOne(experiment, flags, stage))
    // Ctrl-C stops them all, not only the one that runs.
    if (stage.signal.aborted) break
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
  return {exitCode: exitCode ?? exitCodes.error, json: {outcome, exitCode, runs}}
}

/** Runs one experiment, judges it and makes its reports. */
export const runOne = async (experiment: Experiment, flags: RunFlags, stage: Stage): Promise<Report> => {
  const watcher = showProgress(stage.progress, {quiet: flags.quiet, keyboard: stage.keyboard})
  let report: Report
  try {
    const audience = {judgeGuard: guardState, judgeRecent, watcher, signal: stage.signal}
    const {record, path} = await runExperiment(experiment, audience)
    report = makeReport(record, judge(record), path)
  } finally {
    watcher.end()
  }
  const written = await writeReports(report, flags.report)
  if (flags.report.includes('terminal')) stage.print(await terminalReport(report, stage.terminal))
  for (const path of written) stage.print(`report: ${path}`)
  return report
}
