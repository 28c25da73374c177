import {type CapacityComparison, compareCapacities} from '../capacity/compare.js'
import {resultOf} from '../capacity/result.js'
import {UserError} from '../errors.js'
import {exitCodes} from '../exit-codes.js'
import {capacityComparison} from '../reporters/capacity/comparison.js'
import {readCapacity} from './capacity-record.js'

/** Compares two capacity records; A is what was, B what is now. Throws UserError when they are of different scenarios. */
export const compareCapacityRecords = async (
  pathA: string,
  pathB: string,
  {allowInconclusive}: {allowInconclusive: boolean},
): Promise<{comparison: CapacityComparison; text: string; exitCode: number}> => {
  const [a, b] = [await readCapacity(pathA), await readCapacity(pathB)]
  if (a.header.scenario !== b.header.scenario) {
    throw new UserError(
      `The records are of different scenarios: ${a.header.scenario} and ${b.header.scenario}`,
      {
        hint: 'Compare two searches with one scenario: what differs is then the system, not the question.',
      },
    )
  }
  const comparison = compareCapacities(resultOf(a.header, a.lines), resultOf(b.header, b.lines))
  return {comparison, text: capacityComparison(comparison), exitCode: exitOf(comparison, allowInconclusive)}
}

const exitOf = ({finding}: CapacityComparison, allowInconclusive: boolean): number => {
  if (finding === 'worse') return exitCodes.fail
  return finding === 'unknown' && !allowInconclusive ? exitCodes.inconclusive : exitCodes.pass
}
