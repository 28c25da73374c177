import type {Outcome} from '../exit-codes.js'

/** Why a run ends with the exit code that it ends with, for the last line of what it prints. */
const reasons: Record<Outcome, string> = {
  pass: 'every objective was met',
  fail: 'an objective was missed, or a guard stopped the run',
  inconclusive: 'not decided, nothing was missed; --allow-inconclusive turns it into 0',
  invalid: 'the experiment did not happen as planned; --allow-inconclusive turns it into 0',
  error: 'something that the run needs did not do its part',
  residual: 'a fault could not be undone: something is still broken',
  interrupted: 'stopped from outside, everything was undone',
}

/** `exit 3: inconclusive: not decided…`; `undefined` where there is nothing to explain: a pass. */
export const exitLine = (outcome: Outcome, exitCode: number, which?: string): string | undefined => {
  if (outcome === 'pass') return undefined
  const of = which === undefined ? '' : ` (${which})`
  return exitCode === 0
    ? `exit 0: ${outcome}${of}, taken for good by --allow-inconclusive`
    : `exit ${exitCode}: ${outcome}${of}: ${reasons[outcome]}`
}
