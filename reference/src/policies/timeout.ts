import type {Clock} from '../service/clock.js'
import {CallFailed} from './failure.js'

export interface TimeoutRules {
  to: string
  /** `undefined`: no limit. */
  limitMs: number | undefined
  clock: Clock
}

/**
 * Ends the wait for a call after `limitMs` and aborts the call's signal.
 * The caller is free at once, also when the call does not heed the signal.
 */
export const withTimeout = async <T>(
  {to, limitMs, clock}: TimeoutRules,
  call: (signal?: AbortSignal) => Promise<T>,
): Promise<T> => {
  if (limitMs === undefined) return call()
  const controller = new AbortController()
  let cancel = (): void => {}
  const limit = new Promise<never>((_, reject) => {
    cancel = clock.after(limitMs, () => {
      const failure = new CallFailed('timeout', `${to} did not answer within ${limitMs} ms`, {to})
      controller.abort(failure)
      reject(failure)
    })
  })
  try {
    return await Promise.race([call(controller.signal), limit])
  } finally {
    cancel()
  }
}
