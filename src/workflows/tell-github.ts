import {messageOf} from '../errors.js'
import type {Outcome} from '../exit-codes.js'
import {appendStepOutputs, appendStepSummary} from '../output/step-summary.js'
import {reportPaths} from '../output/write-reports.js'
import {loadReporter} from '../reporters/index.js'
import type {Report} from '../reporters/reporter.js'
import {environment} from '../system/environment.js'

const layout = {color: false, width: 100}

/** Whether GitHub Actions is told: when asked, and by itself within its steps. */
export const tellsGithub = (formats: readonly string[]): boolean =>
  formats.includes('github') || environment()['GITHUB_ACTIONS'] === 'true'

/**
 * Prints annotations and adds the Markdown report to the summary of the step, where there is one.
 * Returns what went wrong with the summary, if anything did.
 */
export const tellGithub = async (
  report: Report,
  print: (text: string) => void,
): Promise<string | undefined> => {
  const [github, markdown] = await Promise.all([loadReporter('github'), loadReporter('markdown')])
  print(github.render(report, layout).trimEnd())
  const path = environment()['GITHUB_STEP_SUMMARY']
  if (!path) return undefined
  const text = markdown.render(report, layout)
  const short = text.split('\n').slice(0, 3).join('\n')
  try {
    await appendStepSummary(path, text, short)
    return undefined
  } catch (cause) {
    return `The summary of the step cannot be written: ${messageOf(cause)}`
  }
}

/** What a step ends with; of several runs, the worst. */
export interface StepEnd {
  outcome: Outcome
  exitCode: number
}

/**
 * Makes `outcome`, `exit-code`, `record` and `report` outputs of the step, for the steps after it; paths one a line.
 * Returns what went wrong, if anything did.
 */
export const tellGithubOutputs = async (
  reports: readonly Report[],
  formats: readonly string[],
  {outcome, exitCode}: StepEnd,
): Promise<string | undefined> => {
  const path = environment()['GITHUB_OUTPUT']
  if (!path || !tellsGithub(formats)) return undefined
  const files = await Promise.all(reports.map((report) => reportPaths(report, formats)))
  const outputs = {
    outcome,
    'exit-code': String(exitCode),
    record: reports.map(({recordPath}) => recordPath).join('\n'),
    report: files.flat().join('\n'),
  }
  try {
    await appendStepOutputs(path, outputs)
    return undefined
  } catch (cause) {
    return `The outputs of the step cannot be written: ${messageOf(cause)}`
  }
}
