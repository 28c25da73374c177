import {createReadStream} from 'node:fs'
import {createInterface} from 'node:readline'
import {pipeline} from 'node:stream'
import {constants, createGunzip} from 'node:zlib'
import {EnvironmentError, messageOf, UserError} from '../errors.js'
import type {Series} from '../metrics/source.js'
import {isWhole, upgraded} from './old-records.js'
import {type RecordLine, type RunRecord, recordVersion} from './record.js'

/**
 * Reads a record back. One that was cut off (crash, full disk) is read as far as it goes and has no `end`.
 * Throws UserError when the file is missing, is no record, or comes from a newer version.
 */
export const readRecord = async (path: string): Promise<RunRecord> => {
  const [header, ...lines] = await readLines<RecordLine>(path)
  const notOne = (): UserError =>
    new UserError(`${path} is not a record of a run`, {
      hint: 'A record is the file record.jsonl.gz of a run.',
    })
  if (header?.kind !== 'header') throw notOne()
  if (header.recordVersion > recordVersion) {
    throw new UserError(`${path} was written by a newer version (record version ${header.recordVersion})`, {
      hint: `This version reads records up to version ${recordVersion}: update shakedown.`,
    })
  }
  if (!isWhole(header)) throw notOne()
  const record: RunRecord = {header: upgraded(header), events: [], load: [], series: [], answers: []}
  const series = new Map<string, Series>()
  for (const line of lines) addLine(record, series, line)
  record.series = [...series.values()]
  return record
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
  block.t.forEach((t, index) => {
    if (t <= last) return
    known.t.push(t)
    known.v.push(block.v[index] ?? null)
  })
}

const cutOff = new Set(['Z_BUF_ERROR', 'Z_DATA_ERROR', 'ERR_STREAM_PREMATURE_CLOSE'])

/** The lines of a file that a recorder wrote, as far as they are whole; `Line` is what its writer wrote. Throws as above. */
export const readLines = async <Line>(path: string): Promise<Line[]> => {
  const lines: Line[] = []
  // A sync flush at the end accepts a stream that was never finished.
  const gunzip = createGunzip({finishFlush: constants.Z_SYNC_FLUSH})
  const failed = new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    pipeline(createReadStream(path), gunzip, (error) => resolve(error ?? undefined))
  })
  try {
    for await (const text of createInterface({input: gunzip, crlfDelay: Number.POSITIVE_INFINITY})) {
      const line = parseLine<Line>(text)
      if (line) lines.push(line)
    }
  } catch {
    // The pipeline reports the same error below, with its code.
  }
  const error = await failed
  if (error && !(lines.length > 0 && cutOff.has(error.code ?? ''))) throw readError(path, error)
  return lines
}

/** A torn last line is not JSON: it is left out. */
const parseLine = <Line>(text: string): Line | undefined => {
  try {
    // The writer is ours; the version in the first line says whether we know the shapes.
    const value = JSON.parse(text, reviveNumbers) as unknown
    const isLine = typeof value === 'object' && value !== null && 'kind' in value
    return isLine ? (value as Line) : undefined
  } catch {
    return undefined
  }
}

/** JSON has no NaN and no infinities, metrics do: they are written as these strings. */
const specialNumbers = new Map([
  ['number:NaN', Number.NaN],
  ['number:+Inf', Number.POSITIVE_INFINITY],
  ['number:-Inf', Number.NEGATIVE_INFINITY],
])

const reviveNumbers = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? (specialNumbers.get(value) ?? value) : value

const readError = (path: string, cause: NodeJS.ErrnoException): Error => {
  if (cause.code === 'ENOENT') {
    return new UserError(`There is no record at ${path}`, {
      hint: 'Records lie under .shakedown/runs/.',
      cause,
    })
  }
  if (cause.code?.startsWith('Z_')) {
    return new UserError(`${path} is not a record of a run`, {
      hint: 'A record is the file record.jsonl.gz of a run.',
      cause,
    })
  }
  return new EnvironmentError(`${path} cannot be read: ${messageOf(cause)}`, {cause})
}
