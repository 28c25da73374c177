import {UserError} from '../errors.js'
import {readPageAssets} from '../output/page-assets.js'
import {layoutOf, type Screen} from '../output/screen.js'
import {loadReporter} from '../reporters/index.js'
import {makeReport} from '../reporters/report.js'
import {readRecord} from '../run/read-record.js'
import type {RunRecord} from '../run/record.js'
import {loadScenario} from '../scenarios/load.js'
import {type JudgeOptions, judge} from '../verdict/judge.js'
import {neededSeries} from '../verdict/needed-series.js'
import type {Verdict} from '../verdict/verdict.js'
import type {Deliveries} from './deliver.js'
import {recordPathOf} from './record-path.js'
import {loadVocabulary} from './vocabulary.js'

/** What another scenario asks for; its rules go with it, even when it has none. */
const askedBy = async (scenarioPath: string): Promise<JudgeOptions> => {
  const {objectives, rules = []} = (await loadScenario(scenarioPath, await loadVocabulary())).scenario
  return {objectives, rules}
}

/** Judges a record again, by its own objectives or by those of another scenario file. */
export const judgeRecord = async (
  recordPath: string,
  scenarioPath: string | undefined,
  screen: Screen,
): Promise<{verdict: Verdict; text: string}> => {
  const path = await recordPathOf(recordPath)
  const asked = scenarioPath === undefined ? {} : await askedBy(scenarioPath)
  const record = await readRecord(path, (plan) => neededSeries(plan, asked))
  const verdict = judge(record, asked)
  const {render} = await loadReporter('terminal')
  return {verdict, text: render(makeReport(record, verdict, path), layoutOf(screen)).trimEnd()}
}

/** What to make of a record besides the report itself. */
export interface ReportAsked extends Deliveries {
  format: string
  baseline?: string | undefined
}

/**
 * Makes a report from a record, and sends its results where that is asked for. Throws what a receiver did not take:
 * sending is then what was asked for.
 */
export const reportRecord = async (
  recordPath: string,
  asked: ReportAsked,
  {stream, signal}: {stream: Screen; signal: AbortSignal},
): Promise<{text: string; replaced: boolean}> => {
  checkBaseline(asked)
  // Loaded only where it is asked for: what sends takes longer to load than many a report to make.
  const delivery = isSent(asked) ? await import('./deliver.js') : undefined
  await delivery?.checkDeliveries(asked)
  const path = await recordPathOf(recordPath)
  const record = await readRecord(path, neededSeries)
  const {render, replaced = false} = await loadReporter(asked.format)
  const assets = asked.format === 'html' ? {assets: await readPageAssets()} : {}
  const report = {
    ...makeReport(record, judge(record), path),
    ...(asked.baseline !== undefined && {baseline: await comparedWith(asked.baseline, record)}),
  }
  const [failure] = (await delivery?.deliver(report, asked, signal)) ?? []
  if (failure !== undefined) throw failure
  return {text: render(report, {...layoutOf(stream), ...assets}), replaced}
}

/** Throws UserError where a comparison was asked for that the format has no room for: left out silently, it would be missed. */
const checkBaseline = ({format, baseline}: ReportAsked): void => {
  if (baseline === undefined || format === 'markdown') return
  throw new UserError(`--baseline is shown by the Markdown report alone, not by "${format}".`, {
    hint: `Write --format markdown --baseline ${baseline}, or shakedown compare RECORD ${baseline}.`,
  })
}

const isSent = (asked: Deliveries): boolean =>
  [asked.grafana, asked['remote-write'], asked['config-map']].some((one) => one !== undefined)

const comparedWith = async (baseline: string, record: RunRecord) => {
  const {baselineOf} = await import('./baseline.js')
  return await baselineOf(baseline, record)
}
