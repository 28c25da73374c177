import {UserError} from '../errors.js'
import type {Clock} from '../system/clock.js'

/** What ends an evaluation, as its `spend`, when it lasts longer than `limitMs` from now. Throws UserError then. */
export const endsAfter = (limitMs: number, clock: Pick<Clock, 'now'>): (() => void) => {
  const untilMs = clock.now() + limitMs
  return () => {
    if (clock.now() <= untilMs) return
    throw new UserError(`The query has no answer after ${limitMs / 1000} s: it was ended.`, {
      hint: 'Ask for fewer series, a shorter range, or longer steps.',
    })
  }
}
