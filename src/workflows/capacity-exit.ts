import type {Outcome} from '../exit-codes.js'
import {exitLine} from '../reporters/exit-line.js'
import type {Residual} from '../run/undo/undo-stack.js'

/** Where a search has other reasons than a run. */
const reasons: Partial<Record<Outcome, string>> = {
  fail: 'what must be carried is not',
  inconclusive: 'what was asked is not known for certain; --allow-inconclusive turns it into 0',
}

/** Why a search ends with its exit code, as `run` says it; `undefined` where there is nothing to explain. */
export const capacityExitLine = (outcome: Outcome, exitCode: number): string | undefined =>
  exitCode === 0 || reasons[outcome] === undefined
    ? exitLine(outcome, exitCode)
    : `exit ${exitCode}: ${outcome}: ${reasons[outcome]}`

/** What is left broken, and what puts it back by hand. */
export const stillBroken = ({fault, message, remedy}: Residual): string =>
  `STILL BROKEN: ${fault}: ${message}; ${remedy}`
