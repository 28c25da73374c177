import {UserError} from '../errors.js'
import type {Series} from '../metrics/source.js'
import type {Plan} from '../plan/plan.js'
import {isWhole, upgraded} from './old-records.js'
import {type RecordHeader, type RecordLine, type RunRecord, recordVersion} from './record.js'
import {eachLine, parseLine} from './record-lines.js'

export {readLines} from './record-lines.js'

/** Whether the samples of a series are wanted. */
export type WantSeries = (labels: Series['labels']) => boolean

/**
 * Reads a record back. One that was cut off (crash, full disk) is read as far as it goes and has no `end`.
 *
 * A record holds everything that was scraped: millions of samples in an hour. `want` says, of the plan, which series to
 * read; the others are passed over unparsed.
 *
 * Throws UserError when the file is missing, is no record, or comes from a newer version.
 */
export const readRecord = async (path: string, want?: (plan: Plan) => WantSeries): Promise<RunRecord> => {
  let record: RunRecord | undefined
  let wanted: WantSeries | undefined
  const series = new Map<string, Series>()
  await eachLine(path, (text) => {
    if (!record) {
      record = begun(path, parseLine<RecordLine>(text))
      wanted = want?.(record.header.plan)
      return
    }
    const labels = wanted ? labelsOf(text) : undefined
    if (labels && !wanted?.(labels)) return
    const line = parseLine<RecordLine>(text)
    if (line) addLine(record, series, line)
  })
  if (!record) throw noRecord(path)
  record.series = [...series.values()]
  return record
}

const noRecord = (path: string): UserError =>
  new UserError(`${path} is not a record of a run`, {
    hint: 'A record is the file record.jsonl.gz of a run.',
  })

/** A record with its first line alone. */
const begun = (path: string, header: RecordLine | undefined): RunRecord => {
  if (header?.kind !== 'header') throw noRecord(path)
  if (header.recordVersion > recordVersion) {
    throw new UserError(`${path} was written by a newer version (record version ${header.recordVersion})`, {
      hint: `This version reads records up to version ${recordVersion}: update shakedown.`,
    })
  }
  const whole: RecordHeader = header
  if (!isWhole(whole)) throw noRecord(path)
  return {header: upgraded(whole), events: [], load: [], series: [], answers: []}
}

const samplesStart = Buffer.from('{"kind":"samples"')
const labelsStart = Buffer.from('"series":{"labels":')
const labelsEnd = Buffer.from(',"t":[')

/** The labels of a line of samples, without its samples; nothing for other lines, and for what does not look as we write it. */
const labelsOf = (line: Buffer): Series['labels'] | undefined => {
  if (!line.subarray(0, samplesStart.length).equals(samplesStart)) return undefined
  const from = line.indexOf(labelsStart)
  const to = line.indexOf(labelsEnd, from)
  if (from < 0 || to < 0) return undefined
  try {
    // Written by us: an object of strings.
    return JSON.parse(line.toString('utf8', from + labelsStart.length, to)) as Series['labels']
  } catch {
    // A label value may hold what ends labels: the line is read as a whole then.
    return undefined
  }
}

const addLine = (record: RunRecord, series: Map<string, Series>, line: RecordLine): void => {
  switch (line.kind) {
    case 'header':
      return
    case 'event':
      record.events.push(line)
      return
    case 'load':
      record.load.push(line)
      return
    case 'samples':
      addBlock(series, line.series)
      return
    case 'answer':
      record.answers.push(line)
      return
    case 'end':
      record.end = line
  }
}

/** Joins blocks of one series; samples that an earlier block already holds are left out. */
const addBlock = (all: Map<string, Series>, block: Series): void => {
  const key = JSON.stringify(Object.entries(block.labels).sort())
  const known = all.get(key)
  if (!known) {
    all.set(key, {labels: block.labels, t: [...block.t], v: [...block.v]})
    return
  }
  const last = known.t.at(-1) ?? Number.NEGATIVE_INFINITY
  for (const [index, t] of block.t.entries()) {
    if (t <= last) continue
    known.t.push(t)
    known.v.push(block.v[index] ?? null)
  }
}
