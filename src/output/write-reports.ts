import {rename, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {EnvironmentError, messageOf} from '../errors.js'
import {loadReporter} from '../reporters/index.js'
import type {Report} from '../reporters/reporter.js'
import {makeDirectory} from '../system/make-directory.js'
import {readPageAssets} from './page-assets.js'
import {layoutOf, type Screen} from './screen.js'

/**
 * Writes a text to a file; throws EnvironmentError when it cannot. With `replaced`, whoever reads the file meanwhile
 * finds the old text or the new one, never a part.
 */
export const writeText = async (
  path: string,
  text: string,
  {replaced = false}: {replaced?: boolean | undefined} = {},
): Promise<void> => {
  try {
    await makeDirectory(dirname(path), 0o777)
    if (!replaced) return await writeFile(path, text)
    // A collector of metrics reads every file with the right ending: this one has another.
    await writeFile(`${path}.tmp`, text)
    await rename(`${path}.tmp`, path).catch(async (cause: unknown) => {
      await rm(`${path}.tmp`, {force: true})
      throw cause
    })
  } catch (cause) {
    throw new EnvironmentError(`${path} cannot be written: ${messageOf(cause)}`, {
      hint: 'Make room, or name another place that may be written to.',
      cause,
    })
  }
}

/** Reports that are printed. */
const printed: ReadonlySet<string> = new Set(['terminal', 'github'])

const pathOf = ({recordPath}: Report, extension: string): string =>
  join(dirname(recordPath), `report.${extension}`)

/** Where the reports of a run are written. */
export const reportPaths = async (report: Report, formats: readonly string[]): Promise<string[]> => {
  const files = formats.filter((format) => !printed.has(format))
  return await Promise.all(
    files.map(async (format) => pathOf(report, (await loadReporter(format)).extension)),
  )
}

/** Writes each report beside the record as `report.<extension>`; returns the paths. What is printed is no file. */
export const writeReports = async (report: Report, formats: readonly string[]): Promise<string[]> => {
  const paths: string[] = []
  for (const format of formats) {
    if (printed.has(format)) continue
    const reporter = await loadReporter(format)
    const path = pathOf(report, reporter.extension)
    const assets = format === 'html' ? {assets: await readPageAssets()} : {}
    const text = reporter.render(report, {color: false, width: 100, ...assets})
    await writeText(path, text, {replaced: reporter.replaced})
    paths.push(path)
  }
  return paths
}

/** The report for a person at a terminal. */
export const terminalReport = async (report: Report, screen: Screen): Promise<string> => {
  const reporter = await loadReporter('terminal')
  return reporter.render(report, layoutOf(screen))
}
