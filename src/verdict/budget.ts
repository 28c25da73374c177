import type {Tally} from './sli.js'
import {lengthMs, type Window} from './windows.js'

/** What a phase took of an objective's error budget. */
export interface Budget {
  /** The bad share over the share that is allowed: at 1 the budget lasts just as long as it must. */
  burnRate: number
  /** The share of the budget of 30 days at this traffic that the phase used up, as a fraction. */
  burnt: number
}

const budgetMs = 30 * 24 * 3_600_000

/**
 * Error budget burnt in a window. B. Beyer et al., The Site Reliability Workbook (2018), chapter 5: burn rate, and
 * budget consumed = burn rate × window / period. Undefined for a target of 100 %, which leaves no budget.
 */
export const budgetOf = ({bad, total}: Tally, target: number, window: Window): Budget | undefined => {
  if (target >= 1 || total <= 0) return undefined
  const burnRate = bad / total / (1 - target)
  return {burnRate, burnt: (burnRate * lengthMs(window)) / budgetMs}
}
