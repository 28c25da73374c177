import type {Clock} from '../service/clock.js'
import {createSlidingWindow} from './sliding-window.js'

export interface RetryBudgetRules {
  windowMs: number
  /** Retries allowed per call of the window. */
  ratio: number
  /** Retries allowed on top, so that a quiet service may retry at all. */
  minimumPerSecond: number
}

/** Limits how much extra load retries may make, over all calls of one edge. */
export interface RetryBudget {
  /** A first attempt: earns `ratio` of a retry. */
  called(): void
  /** Takes one retry out of the budget, or says that there is none left. */
  takeRetry(): boolean
}

/** An outage then multiplies the load on the callee by at most 1 + ratio, plus the small constant. */
export const createRetryBudget = (rules: RetryBudgetRules, clock: Clock): RetryBudget => {
  const {windowMs, ratio, minimumPerSecond} = rules
  const window = createSlidingWindow<'call' | 'retry'>(windowMs, clock)
  const reserve = (minimumPerSecond * windowMs) / 1000
  return {
    called: () => window.add('call'),
    takeRetry: () => {
      if (window.count('retry') + 1 > window.count('call') * ratio + reserve) return false
      window.add('retry')
      return true
    },
  }
}
