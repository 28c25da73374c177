import {UserError} from '../errors.js'
import type {Plan} from '../plan/plan.js'
import {type JoinedSeries, joinedSeries} from './joined-series.js'
import {isWhole, upgraded} from './old-records.js'
import {type RecordHeader, type RecordLine, type RunRecord, recordVersion} from './record.js'
import {eachLine, parseLine} from './record-lines.js'
import {type SampleBlocks, sampleBlocks} from './sample-blocks.js'
import {type SampleLines, sampleLines, type WantSeries} from './sample-lines.js'

export {readLines} from './record-lines.js'

/**
 * Reads a record back. One that was cut off (crash, full disk) is read as far as it goes and has no `end`,
 * nor has one with a line in it that cannot be read.
 *
 * A record holds everything that was scraped: millions of samples in an hour. `want` says, of the plan, which series to
 * read; the others are passed over unparsed.
 *
 * Throws UserError when the file is missing, is no record, or comes from a newer version.
 */
export const readRecord = async (path: string, want?: (plan: Plan) => WantSeries): Promise<RunRecord> => {
  let record: RunRecord | undefined
  let samples: Samples | undefined
  let torn = false
  await eachLine(path, (text) => {
    if (!record || !samples) {
      record = begun(path, parseLine<RecordLine>(text))
      samples = samplesOf(want?.(record.header.plan) ?? (() => true))
      return
    }
    if (torn || samples.blocks.take(text) || samples.labelled.take(text)) return
    const line = parseLine<RecordLine>(text)
    // Nobody knows what it was: what follows must not make the record look whole.
    torn = !line || addLine(record, samples, line) === false
  })
  if (!record || !samples) throw noRecord(path)
  record.series = samples.joined.all()
  return record
}

/** Samples as each version wrote them, into the same series. */
interface Samples {
  blocks: SampleBlocks
  labelled: SampleLines
  joined: JoinedSeries
}

const samplesOf = (wanted: WantSeries): Samples => {
  const joined = joinedSeries()
  return {blocks: sampleBlocks(wanted, joined), labelled: sampleLines(wanted, joined), joined}
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

/** Returns false when the line does not go with those before it. */
const addLine = (record: RunRecord, {blocks, labelled}: Samples, line: RecordLine): boolean | undefined => {
  switch (line.kind) {
    case 'header':
      return
    case 'event':
      record.events.push(line)
      return
    case 'load':
      record.load.push(line)
      return
    case 'series':
      return blocks.declare(line)
    case 'block':
      return blocks.add(line)
    case 'samples':
      labelled.add(line.series)
      return
    case 'answer':
      record.answers.push(line)
      return
    case 'end':
      record.end = line
  }
}
