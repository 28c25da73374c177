import {UserError} from '../errors.js'
import {readRecord} from '../run/read-record.js'
import type {RelativeObjective, Scenario} from '../scenarios/scenario.js'
import {neededSeries} from '../verdict/needed-series.js'
import {type SavedAnswer, savedCountsOf} from '../verdict/saved-counts.js'
import {recordPathOf} from './record-path.js'

/** Reads what a saved record counted of the objective that this one compares; a folder stands for the record in it. */
export const savedCounts = async (
  path: string,
  objective: RelativeObjective,
  scenario: Scenario,
): Promise<SavedAnswer> => {
  try {
    const record = await readRecord(await recordPathOf(path), neededSeries)
    return savedCountsOf(record, objective, scenario)
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown
    const hint = thrown.hint === undefined ? '' : ` ${thrown.hint}`
    return {problem: `is no record to compare with: ${thrown.message}.${hint}`}
  }
}
