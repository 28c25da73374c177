import {messageOf, UserError} from '../../errors.js'
import {makeReport} from '../../reporters/report.js'
import {readHeader} from '../../run/read-header.js'
import {readRecord} from '../../run/read-record.js'
import {judge} from '../../verdict/judge.js'
import {neededSeries} from '../../verdict/needed-series.js'
import {findRecords} from '../find-records.js'
import {recallVerdict, rememberVerdict} from './remember.js'
import type {RunEntry} from './run-entry.js'

/** What to list. */
export interface HistoryAsked {
  folder: string
  scenario?: string | undefined
  /** The newest so many. */
  limit: number
  /** Judge again what is remembered. */
  fresh: boolean
}

/** A record in a folder: a run with its verdict, or why there is none. */
export type Listed = {record: string} & (RunEntry | {problem: string})

/** Files that are read at a time, to find out when each run was. */
const atOnce = 16

interface Dated {
  record: string
  createdMs: number
  scenario?: string
  problem?: string
}

const dated = async (record: string): Promise<Dated> => {
  try {
    const {createdMs, plan} = await readHeader(record)
    return {record, createdMs, scenario: plan.scenario.name}
  } catch (cause) {
    // Records carry their time in the name of their folder; one without a readable first line is listed at the end.
    return {record, createdMs: 0, problem: messageOf(cause)}
  }
}

const judged = async (record: string, fresh: boolean): Promise<Listed> => {
  const known = fresh ? undefined : await recallVerdict(record)
  if (known) return {record, ...known}
  try {
    const read = await readRecord(record, neededSeries)
    const report = makeReport(read, judge(read), record)
    return {record, ...(await rememberVerdict(report))}
  } catch (cause) {
    return {record, problem: messageOf(cause)}
  }
}

/**
 * The newest runs in a folder, newest first, and after them the records that cannot be read. Throws UserError for a
 * folder that is none.
 */
export const listRuns = async (
  {folder, scenario, limit, fresh}: HistoryAsked,
  signal: AbortSignal,
): Promise<Listed[]> => {
  const paths = await findRecords(folder)
  const all: Dated[] = []
  for (let at = 0; at < paths.length; at += atOnce) {
    signal.throwIfAborted()
    all.push(...(await Promise.all(paths.slice(at, at + atOnce).map(dated))))
  }
  const readable = all.filter((one) => one.problem === undefined)
  const names = [...new Set(readable.map((one) => one.scenario))].sort()
  if (scenario !== undefined && readable.length > 0 && !names.includes(scenario)) {
    throw new UserError(`No run of ${scenario} in ${folder}`, {
      hint: `There are runs of ${names.join(', ')}.`,
    })
  }
  const newest = readable
    .filter((one) => scenario === undefined || one.scenario === scenario)
    .sort((a, b) => b.createdMs - a.createdMs)
    .slice(0, limit)
  const listed: Listed[] = []
  for (const {record} of newest) {
    signal.throwIfAborted()
    listed.push(await judged(record, fresh))
  }
  const broken = all.flatMap(({record, problem}) => (problem === undefined ? [] : [{record, problem}]))
  return [...listed, ...broken]
}
