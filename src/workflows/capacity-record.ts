import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import {
  type CapacityHeader,
  type CapacityLine,
  capacityVersion,
  overloadLeg,
  wholeLeg,
} from '../capacity/record.js'
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

/**
 * What of a search that was cut off is gone on from: all lines but its end, and but the trials of a leg of which nobody saw
 * to the last that its fault was in force. That leg is searched again.
 */
export const keptLines = ({lines}: Pick<Left, 'lines'>, note: (message: string) => void): CapacityLine[] => {
  const end = lines.at(-1)
  if (end?.kind === 'capacity-end' && end.ended === 'completed') return lines.slice(0, -1)
  const legs = new Set(lines.flatMap((line) => (line.kind === 'trial' ? [line.leg] : [])))
  const doubtful = [...legs].filter(
    (leg) => leg !== wholeLeg && leg !== overloadLeg && !wasInForce(lines, leg),
  )
  for (const leg of doubtful) note(`${leg}: searched again, as nobody saw to the last that it took effect`)
  return lines.filter(
    (line) => line.kind !== 'capacity-end' && !('leg' in line && doubtful.includes(line.leg)),
  )
}

const wasInForce = (lines: readonly CapacityLine[], leg: string): boolean => {
  const held = lines.filter((line) => line.kind === 'held' && line.leg === leg)
  return held.length > 0 && held.every((line) => line.kind === 'held' && line.bit === 'yes')
}
