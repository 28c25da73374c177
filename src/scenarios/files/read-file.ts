import {createHash} from 'node:crypto'
import {stat} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {messageOf} from '../../errors.js'
import type {LoadFile} from '../scenario.js'
import type {FileProblem} from './file-problem.js'
import {readBytes} from './read-bytes.js'

/** Beyond this a file is no longer held in memory, and sent to the thread that makes the load. */
const mostFileBytes = 64 * 1024 * 1024

/** A file that a scenario names, as it is now. */
export interface FileContents extends LoadFile {
  /** From the folder that the user is in: as it stands in messages. */
  shownPath: string
  contents: Buffer
}

/** What the system says, in words. */
export const unreadable: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'access is denied',
}

/** Reads a file, its path being from the folder of the file that names it. */
export const readNamedFile = async (
  folder: string,
  path: string,
): Promise<FileContents | {unreadable: string}> => {
  const absolute = resolve(folder, path)
  try {
    const {size} = await stat(absolute)
    if (size > mostFileBytes)
      return {unreadable: `${path} is too large: ${size} bytes, and ${mostFileBytes} are the limit`}
    const contents = await readBytes(absolute, mostFileBytes)
    const sha256 = createHash('sha256').update(contents).digest('hex')
    return {path, shownPath: join(folder, path), sha256, bytes: contents.length, contents}
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    return {unreadable: `cannot read ${path}: ${unreadable[code] ?? messageOf(cause)}`}
  }
}

/** Without a byte order mark; undefined when the bytes are not UTF-8. */
export const decoded = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** The text of a file, or the place of what is no text in it. */
export const textOrProblem = (contents: Buffer): string | FileProblem => {
  const text = decoded(contents)
  if (text !== undefined)
    return text.trim() === '' ? {line: 1, column: 1, message: 'the file is empty'} : text
  let line = 1
  for (let start = 0; ; line++) {
    const end = contents.indexOf(0x0a, start)
    if (end < 0 || decoded(contents.subarray(start, end)) === undefined) break
    start = end + 1
  }
  return {line, column: 1, message: 'is not UTF-8 text: save the file as UTF-8'}
}
