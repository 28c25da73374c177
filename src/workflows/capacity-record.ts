import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import {type CapacityHeader, type CapacityLine, capacityVersion} from '../capacity/record.js'
import {UserError} from '../errors.js'
import {readLines} from '../run/read-record.js'

/** The capacity record of a folder. */
export const capacityPath = (folder: string): string => join(folder, 'capacity.jsonl.gz')

/** A capacity record as it was left. */
export interface Left {
  path: string
  header: CapacityHeader
  lines: CapacityLine[]
}

/**
 * Reads a capacity record by its path, or by the folder of its run; one that was cut off as far as it goes. Throws UserError
 * when there is none, or it comes from a newer version.
 */
export const readCapacity = async (given: string): Promise<Left> => {
  const found = await stat(given).catch(() => undefined)
  const path = found?.isDirectory() ? capacityPath(given) : given
  const [header, ...lines] = await readLines<CapacityLine>(path)
  if (header?.kind !== 'capacity') {
    throw new UserError(`${path} is not a record of a search for a capacity`, {
      hint: 'Such a record is the file capacity.jsonl.gz of a run.',
    })
  }
  if (header.capacityVersion > capacityVersion) {
    throw new UserError(
      `${path} was written by a newer version (capacity version ${header.capacityVersion})`,
      {
        hint: `This version reads capacity records up to version ${capacityVersion}: update shakedown.`,
      },
    )
  }
  return {path, header, lines}
}
