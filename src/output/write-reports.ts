import {writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {EnvironmentError, messageOf} from '../errors.js'
import {loadReporter} from '../reporters/index.js'
import type {Report} from '../reporters/reporter.js'
import {makeDirectory} from '../system/make-directory.js'
import {readPageAssets} from './page-assets.js'

/** Writes a text to a file; throws EnvironmentError when it cannot. */
export const writeText = async (path: string, text: string): Promise<void> => {
  try {
    await makeDirectory(dirname(path), 0o777)
    await writeFile(path, text)
  } catch (cause) {
    throw new EnvironmentError(`${path} cannot be written: ${messageOf(cause)}`, {
      hint: 'Make room, or choose another folder with --output-dir.',
      cause,
    })
  }
}

/** Writes each report beside the record as `report.<extension>`; returns the paths. The terminal report is no file. */
export const writeReports = async (report: Report, formats: readonly string[]): Promise<string[]> => {
  const paths: string[] = []
  for (const format of formats) {
    if (format === 'terminal') continue
    const reporter = await loadReporter(format)
    const path = join(dirname(report.recordPath), `report.${reporter.extension}`)
    const assets = format === 'html' ? {assets: await readPageAssets()} : {}
    await writeText(path, reporter.render(report, {color: false, width: 100, ...assets}))
    paths.push(path)
  }
  return paths
}

/** The report for a person at a terminal. */
export const terminalReport = async (
  report: Report,
  stream: {isTTY?: boolean; columns?: number},
): Promise<string> => {
  const reporter = await loadReporter('terminal')
  return reporter.render(report, {color: stream.isTTY === true, width: stream.columns ?? 80})
}
