import type {Outcome} from '../exit-codes.js'
import {exitLine} from '../reporters/exit-line.js'
import type {Residual} from '../run/undo/undo-stack.js'

/** Why a search ends with its exit code, as `run` says it; `undefined` where there is nothing to explain. */
export const capacityExitLine = (outcome: Outcome, exitCode: number): string | undefined =>
  outcome === 'fail' ? `exit ${exitCode}: fail: what must be carried is not` : exitLine(outcome, exitCode)

/** What is left broken, and what puts it back by hand. */
export const stillBroken = ({fault, message, remedy}: Residual): string =>
  `STILL BROKEN: ${fault}: ${message}; ${remedy}`
