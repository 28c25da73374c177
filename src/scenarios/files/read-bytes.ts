import {constants} from 'node:fs'
import {type FileHandle, open, readFile, stat} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'

/** A pipe that nobody writes to is left after this long, */
const noWriterMs = 2_000
/** and one whose writer says nothing after this long. */
const silentMs = 30_000
const pauseMs = 20
const chunkBytes = 65_536

const isAgain = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'EAGAIN'

/** Bytes, 0 at the end or when nobody writes, `undefined` when the writer has nothing to say just now. */
const readSome = async (file: FileHandle, into: Buffer): Promise<number | undefined> => {
  try {
    return (await file.read(into, 0, into.length, null)).bytesRead
  } catch (thrown) {
    if (isAgain(thrown)) return undefined
    throw thrown
  }
}

const tooLarge = (mostBytes: number): Error =>
  new Error(`it is too large: more than ${Math.floor(mostBytes / 1024 / 1024)} MB`)

/**
 * Piece by piece, for nobody knows how much there is. Opened in the usual way, a pipe without a writer blocks a thread for
 * good, and only a kill ends the process. `awaited`: a writer may come yet.
 */
const readPieces = async (
  path: string,
  {mostBytes, awaited}: {mostBytes: number; awaited: boolean},
): Promise<Buffer> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for (let waitedMs = 0; ; ) {
      const chunk = Buffer.alloc(chunkBytes)
      const count = await readSome(file, chunk)
      if (count) {
        chunks.push(chunk.subarray(0, count))
        size += count
        waitedMs = 0
        if (size > mostBytes) throw tooLarge(mostBytes)
        continue
      }
      if (count === 0 && (size > 0 || !awaited)) return Buffer.concat(chunks)
      if (waitedMs >= (count === 0 ? noWriterMs : silentMs))
        throw new Error('it is a pipe, and nobody writes to it')
      await sleep(pauseMs)
      waitedMs += pauseMs
    }
  } finally {
    await file.close()
  }
}

/** All of a file, or of a pipe (`<(…)` of a shell). Throws Error, in words or of the system, when it cannot be read. */
export const readBytes = async (path: string, mostBytes: number): Promise<Buffer> => {
  const found = await stat(path)
  if (found.size > mostBytes) throw tooLarge(mostBytes)
  if (found.isFile() || found.isDirectory()) return await readFile(path)
  return await readPieces(path, {mostBytes, awaited: found.isFIFO()})
}
