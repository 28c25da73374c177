import {createHash} from 'node:crypto'

/**
 * An identifier that follows from the idempotency key: whoever repeats a request gets the same one, from any replica
 * and after any restart, without anything to look up.
 */
export const identityOf = (prefix: string, key: string): string =>
  `${prefix}-${createHash('sha256').update(key).digest('hex').slice(0, 20)}`
