import {UserError} from './errors.js'

/**
 * Refuses what the parser lets through and nobody means: a flag or an argument without content, as a shell makes it of a
 * variable that is not set, and a number that JavaScript would silently round to another. Throws UserError.
 */
export const assertValues = (flags: Readonly<Record<string, unknown>>, args: readonly unknown[]): void => {
  for (const [name, value] of Object.entries(flags)) {
    const values: unknown[] = Array.isArray(value) ? value : [value]
    if (values.includes('')) throw new UserError(`--${name}: expected a value, got nothing`, {hint})
    const huge = values.find((one) => typeof one === 'number' && !Number.isSafeInteger(one))
    if (huge !== undefined)
      throw new UserError(`--${name}: expected at most ${Number.MAX_SAFE_INTEGER}, got ${huge}`)
  }
  if (args.includes('')) throw new UserError('An argument is empty', {hint})
}

const hint = 'If it comes from a variable of the shell, that is not set.'
