import type {SearchOptions} from './search-options.js'
import type {SearchState} from './search-state.js'
import {type After, afterBad, afterGood, belowTripped} from './steps.js'
import type {Ask, Purpose, Trial} from './trial.js'

/** A search that has asked for nothing yet. */
export const startSearch = (options: SearchOptions): SearchState => ({
  options,
  step: {purpose: 'warm-up', ratePerSecond: options.startPerSecond},
  failed: 0,
  wasted: 0,
  confirmed: false,
  stepsDown: 0,
  stepsUp: 0,
  away: 0,
  loadMs: 0,
  trials: [],
})

/** Bounds this far apart, as a ratio, are narrowed with short trials: what they miss is put right later. */
const farApart = 1.3

/** The nearer to the limit, the longer a trial must be: queues take their time to grow. */
const lengthOf = (purpose: Purpose, state: SearchState): number => {
  const {riseMs, trialMs, confirmMs} = state.options
  if (purpose === 'confirm') return confirmMs
  if (purpose === 'recheck') return trialMs
  const {lower, upper} = state
  const near =
    purpose === 'bisect' && lower !== undefined && (upper === undefined || upper / lower < farApart)
  return near ? trialMs : riseMs
}

/** The trial that is asked for now; undefined when the search is over. */
export const nextTrial = (state: SearchState): Ask | undefined => {
  const {ended, step, options, failed, wasted} = state
  if (ended !== undefined) return undefined
  const measureMs = lengthOf(step.purpose, state)
  return {...step, settleMs: options.settleMs, measureMs, attempt: failed + wasted + 1}
}

/** What was seen to fail need fail but once more; and a long trial that fails costs less at a lower rate than again. */
const retriesOf = ({step: {purpose}, options}: SearchState): number =>
  purpose === 'recheck' || purpose === 'confirm' ? 0 : options.retries

/** A step that decides nothing so many times never will. */
const mostWasted = 3

/** Takes in what the trial that was asked for has shown. */
export const observe = (state: SearchState, trial: Trial): SearchState => {
  const final = trial.final === true
  const seen = {
    ...state,
    trials: [...state.trials, trial],
    loadMs: state.loadMs + trial.loadMs,
    ...(final && {tripped: Math.min(trial.ratePerSecond, state.tripped ?? trial.ratePerSecond)}),
  }
  if (trial.purpose === 'recover') return afterLook(seen, trial)
  if (state.step.purpose === 'warm-up' && trial.outcome !== 'generator' && !final) {
    return goOn(seen, {step: {purpose: 'rise', ratePerSecond: state.options.startPerSecond}})
  }
  switch (trial.outcome) {
    case 'good':
      return goOn(seen, afterGood(seen))
    case 'bad': {
      const failed = state.failed + 1
      // One that fails must fail again: a stall of the machine is not the system's limit.
      const sure = final || failed > retriesOf(state)
      return sure ? goOn(seen, afterBad(seen)) : {...seen, failed}
    }
    case 'generator':
    case 'unknown': {
      const wasted = state.wasted + 1
      return wasted >= mostWasted ? unsent(seen, trial) : {...seen, wasted}
    }
  }
}

/** Nothing more is learnt there. What the generator could send is confirmed all the same: "at least" must hold, too. */
const unsent = (state: SearchState, {outcome}: Trial): SearchState => {
  const {lower, confirmed, step} = state
  if (outcome !== 'generator') return {...state, wasted: mostWasted, ended: 'not-judged'}
  if (lower === undefined || confirmed || step.purpose === 'confirm')
    return {...state, wasted: mostWasted, ended: 'generator-limited'}
  return goOn(state, {generatorLimited: true, step: {purpose: 'confirm', ratePerSecond: lower}})
}

/** So many looks at whether it came back, one after the other, before it is said that it did not. */
const mostAway = 3

/**
 * Takes in a look at whether the system came back after a trial: little load, which decides nothing about the limit. Where
 * nothing was carried before, it is the lowest rate, and nothing is.
 */
const afterLook = (state: SearchState, {outcome, ratePerSecond, final}: Trial): SearchState => {
  if (outcome !== 'bad') return {...state, away: 0}
  const away = state.away + 1
  if (away < mostAway && final !== true) return {...state, away}
  if (state.lower === undefined)
    return {...state, away, upper: ratePerSecond, ended: state.ended ?? 'fails-at-lowest'}
  const afterPerSecond = state.trials.findLast(({purpose}) => purpose !== 'recover')?.ratePerSecond
  const stuck = {afterPerSecond: afterPerSecond ?? ratePerSecond, ratePerSecond}
  return {...state, away, stuck, ended: state.ended ?? 'stuck'}
}

/** Whether one more look at whether it came back is of use. */
export const mayLookAgain = ({away, stuck, ended}: SearchState): boolean =>
  away > 0 && away < mostAway && stuck === undefined && ended !== 'fails-at-lowest'

/**
 * Makes the step, unless the time is over: the confirmation is what the result rests on, and is always made; and so is the
 * trial that is to give the upper bound anew, where the one that failed has held: there are only a few of them.
 */
const goOn = (state: SearchState, after: After): SearchState => {
  const next = belowTripped({...state, failed: 0, wasted: 0, ...after})
  const {loadMs, options, step, ended} = next
  if (ended !== undefined) return next
  const over = loadMs + options.settleMs + lengthOf(step.purpose, next) > options.budgetMs
  if (!over || step.purpose === 'warm-up') return next
  if (step.purpose === 'confirm' || (step.purpose === 'recheck' && next.upper === undefined)) return next
  if (next.lower !== undefined && !next.confirmed) {
    return {...next, step: {purpose: 'confirm', ratePerSecond: next.lower}}
  }
  return {...next, ended: next.confirmed && next.upper !== undefined ? 'found' : 'budget'}
}
