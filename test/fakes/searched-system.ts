import {nextTrial, observe, startSearch} from '../../src/capacity/search.js'
import {quick, type SearchOptions} from '../../src/capacity/search-options.js'
import type {SearchState} from '../../src/capacity/search-state.js'
import type {Ask, Trial, TrialOutcome} from '../../src/capacity/trial.js'

/** How a system answers a trial. */
export type Answer = TrialOutcome | Partial<Trial>

export const searchOptions: SearchOptions = {
  ...quick,
  startPerSecond: 10,
  leastPerSecond: 1,
  mostPerSecond: 100_000,
}

/** Searches a system that answers as told; a search that does not end fails the test. */
export const search = (
  answer: (ask: Ask, nth: number) => Answer,
  change: Partial<SearchOptions> = {},
): SearchState => {
  let state = startSearch({...searchOptions, ...change})
  for (let nth = 0; nth < 200; nth++) {
    const ask = nextTrial(state)
    if (!ask) return state
    const said = answer(ask, nth)
    const shown = typeof said === 'string' ? {outcome: said} : said
    const loadMs = ask.settleMs + ask.measureMs
    state = observe(state, {...ask, loadMs, tookMs: loadMs, outcome: 'good', ...shown})
  }
  throw new Error('the search does not end')
}
