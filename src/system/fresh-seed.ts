import {randomInt} from 'node:crypto'

/** A seed for a run that was given none: whole, and short enough to retype. */
export const freshSeed = (): number => randomInt(1, 2 ** 31)
