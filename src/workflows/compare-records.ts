import {UserError} from '../errors.js'
import {exitCodes} from '../exit-codes.js'
import {readRecord} from '../run/read-record.js'
import {formatPercent, parsePercent} from '../scenarios/quantities.js'
import {compareRecords} from '../verdict/compare/compare.js'
import type {Comparison, Gate} from '../verdict/compare/comparison.js'
import {neededSeries} from '../verdict/needed-series.js'
import {comparisonText} from './comparison-table.js'
import {recordPathOf} from './record-path.js'

/** A percentage from a flag, as a fraction. Throws UserError for anything else, and beyond the bounds. */
export const percentFlag = (name: string, text: string, least: number, most: number): number => {
  const value = parsePercent(text)
  if (value === undefined || value < least || value > most) {
    throw new UserError(
      `--${name} ${text}: expected a percentage from ${formatPercent(least)} to ${formatPercent(most)}`,
      {
        hint: `Write for example --${name} ${formatPercent(Math.max(least, Math.min(most, 0.1)))}.`,
      },
    )
  }
  return value
}

export interface CompareAsked {
  /** As fractions. */
  confidence: number
  margin: number
  gate: Gate
  allowInconclusive: boolean
}

/** Compares two saved records; A is what was, B what is now. Throws UserError when they are of different scenarios. */
export const compareSaved = async (
  pathA: string,
  pathB: string,
  asked: CompareAsked,
): Promise<{comparison: Comparison; text: string; exitCode: number}> => {
  const [a, b] = await Promise.all(
    [pathA, pathB].map(async (path) => await readRecord(await recordPathOf(path), neededSeries)),
  )
  if (!a || !b) throw new TypeError('two records were asked for')
  const names = [a, b].map(({header}) => header.plan.scenario.name)
  if (names[0] !== names[1]) {
    throw new UserError(`The records are of different scenarios: ${names[0]} and ${names[1]}`, {
      hint: 'Compare two runs of one scenario: what differs is then the system, not the question.',
    })
  }
  const comparison = compareRecords(a, b, asked)
  const exitCode = exitOf(comparison, asked.allowInconclusive)
  const text = [comparisonText(comparison), ...exitReason(comparison, exitCode)].join('\n')
  return {comparison, text, exitCode}
}

/** Why it ends with another exit code than 0. */
const exitReason = ({gate}: Comparison, exitCode: number): string[] => {
  const what = gate === 'all' ? 'in a row' : 'in an objective'
  if (exitCode === exitCodes.fail) return [`exit ${exitCode}: B is worse than A ${what}`]
  return exitCode === exitCodes.inconclusive
    ? [`exit ${exitCode}: cannot tell; --allow-inconclusive turns it into 0`]
    : []
}

const exitOf = ({finding}: Comparison, allowInconclusive: boolean): number => {
  if (finding === 'worse') return exitCodes.fail
  return finding === 'cannot tell' && !allowInconclusive ? exitCodes.inconclusive : exitCodes.pass
}
