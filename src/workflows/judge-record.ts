import {loadReporter} from '../reporters/index.js'
import {makeReport} from '../reporters/report.js'
import {readRecord} from '../run/read-record.js'
import {loadScenario} from '../scenarios/load.js'
import type {Objective} from '../scenarios/scenario.js'
import {judge} from '../verdict/judge.js'
import type {Verdict} from '../verdict/verdict.js'
import {loadVocabulary} from './vocabulary.js'

/** Where a report is shown: a terminal has colours and a width. */
interface Screen {
  isTTY?: boolean
  columns?: number
}

const layoutFor = ({isTTY, columns}: Screen) => ({color: isTTY === true, width: columns ?? 80})

const objectivesOf = async (scenarioPath: string): Promise<Objective[]> =>
  (await loadScenario(scenarioPath, await loadVocabulary())).scenario.objectives

/** Judges a record again, by its own objectives or by those of another scenario file. */
export const judgeRecord = async (
  recordPath: string,
  scenarioPath: string | undefined,
  screen: Screen,
): Promise<{verdict: Verdict; text: string}> => {
  const record = await readRecord(recordPath)
  const verdict = judge(
    record,
    scenarioPath === undefined ? {} : {objectives: await objectivesOf(scenarioPath)},
  )
  const {render} = await loadReporter('terminal')
  return {verdict, text: render(makeReport(record, verdict, recordPath), layoutFor(screen)).trimEnd()}
}

/** Makes a report from a record. */
export const reportRecord = async (recordPath: string, format: string, screen: Screen): Promise<string> => {
  const record = await readRecord(recordPath)
  const {render} = await loadReporter(format)
  return render(makeReport(record, judge(record), recordPath), layoutFor(screen))
}
