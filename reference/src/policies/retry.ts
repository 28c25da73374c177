import {type Clock, sleep} from '../service/clock.js'

export interface RetryRules {
  /** Attempts are at most one more than this. */
  maxRetries: number
  mayRetry(thrown: unknown): boolean
  /** Milliseconds before the next attempt. */
  nextDelayMs(): number
  /** Asked only when everything else allows a retry. */
  takeFromBudget(): boolean
  clock: Clock
}

/** Tries again after failures that a second attempt may cure; gives the last failure when it gives up. */
export const withRetry = async <T>(rules: RetryRules, attempt: () => Promise<T>): Promise<T> => {
  for (let retries = 0; ; retries++) {
    try {
      return await attempt()
    } catch (thrown) {
      if (retries >= rules.maxRetries || !rules.mayRetry(thrown) || !rules.takeFromBudget()) throw thrown
      await sleep(rules.clock, rules.nextDelayMs())
    }
  }
}
