import {createReadStream} from 'node:fs'
import {pipeline} from 'node:stream'
import {constants, createGunzip} from 'node:zlib'
import {EnvironmentError, messageOf, UserError} from '../errors.js'
import {specialNumbers} from './read-numbers.js'

const cutOff = new Set(['Z_BUF_ERROR', 'Z_DATA_ERROR', 'ERR_STREAM_PREMATURE_CLOSE'])

const newline = 0x0a

/** Splits what comes in at the ends of lines; the last one, torn or not, comes at the end. */
const splitter = (take: (line: Buffer) => void): {feed(chunk: Buffer): void; end(): void} => {
  let rest: Buffer[] = []
  const whole = (part: Buffer): Buffer => {
    if (rest.length === 0) return part
    const line = Buffer.concat([...rest, part])
    rest = []
    return line
  }
  return {
    feed: (chunk) => {
      let from = 0
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
        take(whole(chunk.subarray(from, end)))
        from = end + 1
      }
      if (from < chunk.length) rest.push(chunk.subarray(from))
    },
    end: () => {
      if (rest.length > 0) take(whole(Buffer.alloc(0)))
    },
  }
}

/** So much may be unpacked, by another thread, before it is read: else each would wait for the other. In bytes. */
const ahead = {readableHighWaterMark: 4 * 1024 * 1024}

/**
 * Hands over the lines of a file that a recorder wrote, unparsed, as far as they are whole. Throws UserError when there
 * is no such file or it is no record, EnvironmentError when it cannot be read.
 */
export const eachLine = async (path: string, take: (line: Buffer) => void): Promise<void> => {
  // A sync flush at the end accepts a stream that was never finished.
  const gunzip = createGunzip({finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 256 * 1024, ...ahead})
  const failed = new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    pipeline(createReadStream(path), gunzip, (error) => resolve(error ?? undefined))
  })
  let lines = 0
  let thrown: {cause: unknown} | undefined
  const split = splitter((line) => {
    try {
      take(line)
    } catch (cause) {
      thrown = {cause}
      throw cause
    }
    lines += 1
  })
  try {
    for await (const chunk of gunzip) split.feed(chunk)
    split.end()
  } catch {
    // The pipeline reports an error of its own below, with its code.
  }
  if (thrown) throw thrown.cause
  const error = await failed
  if (error && !(lines > 0 && cutOff.has(error.code ?? ''))) throw readError(path, error)
}

const reviveNumbers = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? (specialNumbers.get(value) ?? value) : value

/** A torn last line is not JSON: it is left out. `Line` is what the writer wrote. */
export const parseLine = <Line>(line: Buffer): Line | undefined => {
  try {
    const text = line.toString('utf8')
    // Asking about every number of a long line takes longer than reading it; few lines have such numbers.
    // The writer is ours; the version in the first line says whether we know the shapes.
    const value = JSON.parse(text, text.includes('"number:') ? reviveNumbers : undefined) as unknown
    const isLine = typeof value === 'object' && value !== null && 'kind' in value
    return isLine ? (value as Line) : undefined
  } catch {
    return undefined
  }
}

/** All the lines of a file, parsed. Throws as above. */
export const readLines = async <Line>(path: string): Promise<Line[]> => {
  const lines: Line[] = []
  await eachLine(path, (text) => {
    const line = parseLine<Line>(text)
    if (line) lines.push(line)
  })
  return lines
}

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
