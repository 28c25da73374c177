import type {SearchOptions} from './search-options.js'
import type {Purpose, Trial} from './trial.js'

/** Why a search is over. */
export type SearchEnd =
  /** A lower bound that held for long, and an upper one that failed again and again. */
  | 'found'
  /** The highest rate that was to be tried is carried. */
  | 'never-fails'
  /** Not even the lowest rate is carried. */
  | 'fails-at-lowest'
  /** The load generator can send no more, or not at these times. */
  | 'generator-limited'
  /** Trials could not be judged: no data. */
  | 'not-judged'
  /** The time for it is over. */
  | 'budget'
  /** What held when it was measured first did not hold later, again and again. */
  | 'unstable'
  /** After more than it carries it did not come back: not even the little that it had carried before. */
  | 'stuck'
  /** It is not over: it was interrupted, or goes on. */
  | 'cut-off'

/** What a search has found out so far, and what it is about to try: data, so that it can be resumed anywhere. */
export interface SearchState {
  options: SearchOptions
  step: {purpose: Purpose; ratePerSecond: number}
  /** Failures of the step so far, and trials of it that decided nothing. */
  failed: number
  wasted: number
  /** Largest rate that held below the smallest that failed: the relevant lower bound of RFC 9971. */
  lower?: number
  /** Smallest rate that failed and failed again. */
  upper?: number | undefined
  /** Smallest rate at which a guard tripped: from there on nothing is tried again. */
  tripped?: number
  /** The lower bound held in a long trial. */
  confirmed: boolean
  /** How often the long trial failed, and how often the upper bound held when it was tried again. */
  stepsDown: number
  stepsUp: number
  /** A rate that failed below one that held. */
  inversion?: {failedPerSecond: number; heldPerSecond: number}
  /** How often in a row, after a trial that failed, it did not carry the little load of a look at whether it came back. */
  away: number
  /** It did not come back after that rate: a little load failed again and again. */
  stuck?: {afterPerSecond: number; ratePerSecond: number}
  /** The generator could send no more: what is left is to confirm what it could. */
  generatorLimited?: boolean
  loadMs: number
  ended?: SearchEnd
  trials: Trial[]
}
