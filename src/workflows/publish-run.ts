import {EnvironmentError, messageOf, UserError} from '../errors.js'
import type {Screen} from '../output/screen.js'
import {terminalReport, writeReports} from '../output/write-reports.js'
import type {Report} from '../reporters/reporter.js'
import {baselineOf} from './baseline.js'
import {comparisonText} from './comparison-table.js'
import {type Deliveries, deliver} from './deliver.js'
import {rememberVerdict} from './history/remember.js'
import {tellGithub, tellsGithub} from './tell-github.js'

/** What is made of a run besides its record, as flags. */
export interface Publishing extends Deliveries {
  report: readonly string[]
  baseline?: string | undefined
}

/** Reports that show what changed since a baseline; that of GitHub does so in the summary of its step. */
const comparing: ReadonlySet<string> = new Set(['terminal', 'markdown', 'github'])

/** Where it is shown. */
interface Shown {
  signal: AbortSignal
  print(text: string): void
  progress: {write(text: string): unknown}
  terminal: Screen
}

/**
 * Shows a run and sends its results where they are wanted; returns the report with what it was compared with. The
 * terminal comes first: what happens to a file later, a person has seen the verdict. Throws EnvironmentError when a
 * report cannot be written, unless something is still broken: that is then what must be told.
 */
export const publishRun = async (plain: Report, flags: Publishing, stage: Shown): Promise<Report> => {
  const warn = (text: string): void => void stage.progress.write(`Warning: ${text}\n`)
  const report = await withBaseline(plain, flags.baseline)
  if (flags.report.includes('terminal')) await show(report, stage)
  try {
    for (const path of await writeReports(report, flags.report)) stage.print(`report: ${path}`)
  } catch (cause) {
    if (report.verdict.outcome !== 'residual') throw cause
    warn(messageOf(cause))
  }
  // By itself only where the run is the result: a proof runs scenarios that are to fail.
  const isResult = flags.report.includes('terminal')
  if (flags.report.includes('github') || (isResult && tellsGithub(flags.report))) {
    const problem = await tellGithub(report, stage.print)
    if (problem !== undefined) warn(problem)
  }
  if (flags.baseline !== undefined && !flags.report.some((format) => comparing.has(format)))
    warn(
      `The comparison with ${flags.baseline} is in none of the reports asked for: add --report markdown, or use shakedown compare`,
    )
  for (const failure of await deliver(report, flags, stage.signal)) warn(withHint(failure))
  await rememberVerdict(report)
  return report
}

const withHint = (failure: unknown): string =>
  (failure instanceof EnvironmentError || failure instanceof UserError) && failure.hint !== undefined
    ? `${failure.message}. ${failure.hint}`
    : messageOf(failure)

const withBaseline = async (report: Report, given: string | undefined): Promise<Report> =>
  given === undefined ? report : {...report, baseline: await baselineOf(given, report.record)}

const show = async (report: Report, {print, terminal}: Shown): Promise<void> => {
  print(await terminalReport(report, terminal))
  const {baseline} = report
  if (!baseline) return
  print('missing' in baseline ? `No comparison: ${baseline.missing}.` : comparisonText(baseline.comparison))
}
