import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import {messageOf} from '../errors.js'
import type {Baseline} from '../reporters/reporter.js'
import {readHeader} from '../run/read-header.js'
import {readRecord} from '../run/read-record.js'
import type {RecordHeader, RunRecord} from '../run/record.js'
import {compareRecords} from '../verdict/compare/compare.js'
import {judge} from '../verdict/judge.js'
import {neededSeries} from '../verdict/needed-series.js'
import {findRecords} from './find-records.js'
import {recallVerdict} from './history/remember.js'

/** As `compare` does by default. */
const usual = {confidence: 0.95, margin: 0.1, gate: 'objectives'} as const

/**
 * This run beside an earlier one: `given` is a record, the folder of a run, or a folder of runs, of which the newest of
 * this scenario is taken that was a whole experiment. Never throws: on a branch without an earlier run there is nothing to compare with, and that
 * is no error of the run.
 */
export const baselineOf = async (given: string, record: RunRecord): Promise<Baseline> => {
  try {
    const path = await earlierThan(given, record.header)
    return {comparison: compareRecords(await readRecord(path, neededSeries), record, usual)}
  } catch (cause) {
    return {missing: messageOf(cause)}
  }
}

const earlierThan = async (given: string, own: RecordHeader): Promise<string> => {
  const found = await stat(given).catch(() => undefined)
  if (!found) throw new Error(`there is nothing at ${given}`)
  const direct = found.isDirectory() ? join(given, 'record.jsonl.gz') : given
  if (await stat(direct).catch(() => undefined)) {
    const {plan} = await readHeader(direct)
    const {name} = plan.scenario
    if (name === own.plan.scenario.name) return direct
    throw new Error(`${direct} is a record of another scenario (${name})`)
  }
  const newest = (await comparableIn(given, own)).sort((a, b) => b.createdMs - a.createdMs)
  for (const {path} of newest.slice(0, mostTried)) if (await isExperiment(path)) return path
  // None took place as a whole: the comparison with the newest says so.
  if (newest[0]) return newest[0].path
  throw new Error(`${given} holds no earlier record of ${own.plan.scenario.name}`)
}

/** Runs that were interrupted or invalid tell nothing: of the newest so many, the first that is neither is taken. */
const mostTried = 5

const isExperiment = async (path: string): Promise<boolean> => {
  try {
    const {outcome} = (await recallVerdict(path)) ?? judge(await readRecord(path, neededSeries))
    return ['pass', 'fail', 'inconclusive'].includes(outcome)
  } catch {
    return false
  }
}

/** Records of the same scenario in the same mode, made before this one; what cannot be read is passed over. */
const comparableIn = async (
  folder: string,
  own: RecordHeader,
): Promise<{path: string; createdMs: number}[]> => {
  const all = await Promise.all(
    (await findRecords(folder)).map(async (path) => ({
      path,
      header: await readHeader(path).catch(() => undefined),
    })),
  )
  return all.flatMap(({path, header}) => {
    const fits =
      header?.plan.scenario.name === own.plan.scenario.name &&
      header.mode === own.mode &&
      header.runId !== own.runId &&
      header.createdMs < own.createdMs
    return fits && header ? [{path, createdMs: header.createdMs}] : []
  })
}
