import {createWriteStream, constants as fileAccess} from 'node:fs'
import {access} from 'node:fs/promises'
import {dirname} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {constants, createGzip} from 'node:zlib'
import {EnvironmentError, messageOf} from '../errors.js'
import {makeDirectory} from '../system/make-directory.js'
import type {RecordLine} from './record.js'

/** Writes a run down while it goes on, line by line. */
export interface Recorder<Line = RecordLine> {
  readonly path: string
  write(line: Line): void
  /** Pushes what was written to the file, so that a crash loses at most what came since. */
  flush(): void
  /** Resolves when everything is in the file; throws EnvironmentError when it could not be written. */
  close(): Promise<void>
  /** Aborts, with an EnvironmentError, when the file can no longer be written. */
  readonly failed: AbortSignal
}

const writeError = (path: string, cause: unknown): EnvironmentError =>
  new EnvironmentError(`The record ${path} cannot be written: ${messageOf(cause)}`, {
    hint: 'Make room, or choose another folder with --output-dir.',
    cause,
  })

/**
 * Makes the folder that records go to, before anything is started for one. Throws EnvironmentError when it cannot be made or
 * written to.
 */
export const prepareRecords = async (folder: string): Promise<void> => {
  try {
    await makeDirectory(folder, 0o777)
    await access(folder, fileAccess.W_OK)
  } catch (cause) {
    throw writeError(`in ${folder}`, cause)
  }
}

/** Opens a record for writing. Throws EnvironmentError when the folder cannot be made. */
export const openRecorder = async <Line = RecordLine>(path: string): Promise<Recorder<Line>> => {
  await makeDirectory(dirname(path), 0o777).catch((cause: unknown) => {
    throw writeError(path, cause)
  })
  const failure = new AbortController()
  const gzip = createGzip({level: 6})
  const finished = pipeline(gzip, createWriteStream(path)).catch((cause: unknown) => {
    failure.abort(writeError(path, cause))
  })
  return {
    path,
    failed: failure.signal,
    write: (line) => {
      if (gzip.writable) gzip.write(`${JSON.stringify(line, encodeNumbers)}\n`)
    },
    flush: () => {
      if (gzip.writable) gzip.flush(constants.Z_SYNC_FLUSH)
    },
    close: async () => {
      if (gzip.writable) gzip.end()
      await finished
      failure.signal.throwIfAborted()
    },
  }
}

/** JSON has no NaN and no infinities, metrics do. The reader turns these strings back. */
const encodeNumbers = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  if (Number.isNaN(value)) return 'number:NaN'
  return value > 0 ? 'number:+Inf' : 'number:-Inf'
}
