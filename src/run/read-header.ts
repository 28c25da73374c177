import {createReadStream} from 'node:fs'
import {createInterface} from 'node:readline'
import {pipeline} from 'node:stream'
import {constants, createGunzip} from 'node:zlib'
import {UserError} from '../errors.js'
import {isWhole, upgraded} from './old-records.js'
import {type RecordHeader, recordVersion} from './record.js'

const notOne = (path: string): UserError =>
  new UserError(`${path} is not a record of a run`, {hint: 'A record is the file record.jsonl.gz of a run.'})

/**
 * Reads only the first line of a record: whose run it is, and when it was. Throws UserError when it is none, or one of
 * a newer version.
 */
export const readHeader = async (path: string): Promise<RecordHeader> => {
  const file = createReadStream(path)
  const gunzip = createGunzip({finishFlush: constants.Z_SYNC_FLUSH})
  const ended = new Promise<void>((resolve) => pipeline(file, gunzip, () => resolve()))
  const lines = createInterface({input: gunzip, crlfDelay: Number.POSITIVE_INFINITY})
  let first = ''
  try {
    for await (const line of lines) {
      first = line
      break
    }
  } catch {
    // What cannot be unpacked has no first line.
  } finally {
    lines.close()
    file.destroy()
    gunzip.destroy()
    await ended
  }
  return headerOf(path, first)
}

const headerOf = (path: string, line: string): RecordHeader => {
  let header: Partial<RecordHeader>
  try {
    // The writer is ours; the version says whether we know the shape.
    header = JSON.parse(line) as Partial<RecordHeader>
  } catch {
    throw notOne(path)
  }
  if (header?.kind !== 'header' || typeof header.recordVersion !== 'number') throw notOne(path)
  if (header.recordVersion > recordVersion) {
    throw new UserError(`${path} was written by a newer version (record version ${header.recordVersion})`, {
      hint: `This version reads records up to version ${recordVersion}: update shakedown.`,
    })
  }
  if (!isWhole(header)) throw notOne(path)
  // Whole means that all of it is there.
  return upgraded(header as RecordHeader)
}
