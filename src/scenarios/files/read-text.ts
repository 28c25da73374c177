import {messageOf, UserError} from '../../errors.js'
import {readBytes} from './read-bytes.js'
import {decoded, unreadable} from './read-file.js'

/** A thousand faults are some hundred kilobytes. Beyond this, YAML keeps the process busy for many seconds. */
const mostBytes = 4 * 1024 * 1024

/** Reads a text file, or a pipe. Throws UserError, with the reason, when it cannot be read or holds no text. */
export const readText = async (path: string): Promise<string> => {
  const bytes = await readBytes(path, mostBytes).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    throw new UserError(`Cannot read ${path}: ${unreadable[code] ?? messageOf(cause)}`, {
      hint: 'Give the path of a YAML file, from the folder you are in.',
      cause,
    })
  })
  const text = decoded(bytes)
  // UTF-16 of plain letters is right UTF-8, with a NUL beside each of them.
  if (text !== undefined && !text.includes('\0')) return text
  throw new UserError(`Cannot read ${path}: it is not text in UTF-8`, {
    hint: 'Save it as UTF-8 (an editor may call UTF-16 "Unicode").',
  })
}
