/** Strength changes at most twice a second: each change is a call, and connections feel it. */
export const leastStepMs = 500

/** And at most this often in the life of a fault: each change is a line of the record. */
export const mostChanges = 600

/** From one end of a swing to the other there are at least this many steps, or it is a pulse. */
export const leastStepsOfSwing = 2

/** More steps than this from one end to the other show nowhere: each is 5 % of the way. */
export const mostStepsOfSwing = 20
