import {readPageAssets} from '../output/page-assets.js'
import {loadReporter} from '../reporters/index.js'
import {makeReport} from '../reporters/report.js'
import {readRecord} from '../run/read-record.js'
import {loadScenario} from '../scenarios/load.js'
import {type JudgeOptions, judge} from '../verdict/judge.js'
import type {Verdict} from '../verdict/verdict.js'
import {recordPathOf} from './record-path.js'
import {loadVocabulary} from './vocabulary.js'

/** Where a report is shown: a terminal has colours and a width. */
interface Screen {
  isTTY?: boolean
  columns?: number
}

const layoutFor = ({isTTY, columns}: Screen) => ({color: isTTY === true, width: columns ?? 80})

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
  const record = await readRecord(path)
  const verdict = judge(record, scenarioPath === undefined ? {} : await askedBy(scenarioPath))
  const {render} = await loadReporter('terminal')
  return {verdict, text: render(makeReport(record, verdict, path), layoutFor(screen)).trimEnd()}
}

/** Makes a report from a record. */
export const reportRecord = async (recordPath: string, format: string, screen: Screen): Promise<string> => {
  const path = await recordPathOf(recordPath)
  const record = await readRecord(path)
  const {render} = await loadReporter(format)
  const assets = format === 'html' ? {assets: await readPageAssets()} : {}
  return render(makeReport(record, judge(record), path), {...layoutFor(screen), ...assets})
}
