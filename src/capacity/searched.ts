import type {Trial} from './trial.js'

/** Trials that a search has asked for to find the limit: neither its warm-up, nor looks at whether the system came back. */
export const searchedIn = (trials: readonly Trial[]): Trial[] =>
  trials.filter(({purpose}) => purpose !== 'warm-up' && purpose !== 'recover')
