/** What a run can end as. `residual` outranks all others: something is still broken. */
export type Outcome = 'pass' | 'fail' | 'inconclusive' | 'invalid' | 'error' | 'residual' | 'interrupted'

/** The one table of exit codes. `usage` is for wrong flags and wrong files; no run has taken place then. */
export const exitCodes = {
  pass: 0,
  fail: 1,
  usage: 2,
  inconclusive: 3,
  invalid: 3,
  error: 4,
  residual: 5,
  interrupted: 130,
} as const satisfies Record<Outcome | 'usage', number>

/** The exit code of an outcome; `allowInconclusive` turns inconclusive and invalid into 0 for those who ask. */
export const exitCodeOf = (outcome: Outcome, {allowInconclusive = false} = {}): number =>
  allowInconclusive && exitCodes[outcome] === exitCodes.inconclusive ? 0 : exitCodes[outcome]
