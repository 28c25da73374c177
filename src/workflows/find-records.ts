import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {EnvironmentError, messageOf, UserError} from '../errors.js'

/** Runs lie one folder down; a folder of artifacts of a pipeline may have one or two more on the way. */
const deepest = 3

/** Records of runs: that of a search for a capacity is another kind, see `readCapacity`. */
const isRecord = (name: string): boolean => name.endsWith('.jsonl.gz') && name !== 'capacity.jsonl.gz'

/**
 * Paths of all records in a folder and the folders in it, in the order of their names: with the names that runs have,
 * the oldest first. Throws UserError when there is no such folder, EnvironmentError when it cannot be read.
 */
export const findRecords = async (folder: string): Promise<string[]> => {
  try {
    return (await recordsIn(folder, deepest)).sort()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      throw new EnvironmentError(`${folder} cannot be read: ${messageOf(cause)}`, {cause})
    throw new UserError(`There is no folder ${folder}`, {
      hint: 'Records lie in .shakedown/runs of the folder that shakedown runs in, or in that of --output-dir.',
      cause,
    })
  }
}

const recordsIn = async (folder: string, depth: number): Promise<string[]> => {
  const entries = await readdir(folder, {withFileTypes: true})
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name)
      if (entry.isFile()) return isRecord(entry.name) ? [path] : []
      if (!entry.isDirectory() || depth === 0) return []
      // A folder of somebody else beside ours is no reason to stop.
      return await recordsIn(path, depth - 1).catch(() => [])
    }),
  )
  return found.flat()
}
