import type {SearchState} from './search-state.js'
import {searchedIn} from './searched.js'

/** What changes in a search after a trial has decided something. */
export type After = Partial<
  Pick<
    SearchState,
    | 'step'
    | 'lower'
    | 'upper'
    | 'confirmed'
    | 'stepsDown'
    | 'stepsUp'
    | 'inversion'
    | 'generatorLimited'
    | 'ended'
  >
>

const factor = 2
const mostStepsUp = 3

/** Half-way as a ratio. */
const middle = (low: number, high: number): number => Math.sqrt(low * high)

/** Narrows the bounds, or confirms the lower one when they are close. */
const between = (lower: number, upper: number, width: number): Pick<SearchState, 'step'> =>
  upper / lower <= 1 + width
    ? {step: {purpose: 'confirm', ratePerSecond: lower}}
    : {step: {purpose: 'bisect', ratePerSecond: middle(lower, upper)}}

const rise = (from: number, most: number): Pick<SearchState, 'step'> =>
  from >= most
    ? {step: {purpose: 'confirm', ratePerSecond: from}}
    : {step: {purpose: 'rise', ratePerSecond: Math.min(most, from * factor)}}

/** What follows a trial that held. */
export const afterGood = (state: SearchState): After => {
  const {step, options, upper} = state
  const rate = step.ratePerSecond
  switch (step.purpose) {
    case 'probe':
      // More load went better than less: the caches are warm now, say.
      return {
        ...rise(rate, options.mostPerSecond),
        lower: rate,
        upper: undefined,
        inversion: {failedPerSecond: upper ?? rate, heldPerSecond: rate},
      }
    case 'descend':
    case 'bisect':
    case 'rise':
      return {
        lower: rate,
        confirmed: false,
        ...(upper === undefined || upper <= rate
          ? rise(rate, options.mostPerSecond)
          : between(rate, upper, options.width)),
      }
    case 'confirm':
      if (state.generatorLimited) return {lower: rate, confirmed: true, ended: 'generator-limited'}
      if (upper === undefined)
        return {
          lower: rate,
          confirmed: true,
          ended: rate >= options.mostPerSecond ? 'never-fails' : 'budget',
        }
      return {lower: rate, confirmed: true, step: {purpose: 'recheck', ratePerSecond: upper}}
    case 'recheck':
      return beyond(state)
    default:
      return {}
  }
}

/**
 * What failed before holds now: the upper bound was none, and what has not been tried yet is none either. Once is chance;
 * twice, and the system has become faster.
 */
const beyond = ({step, options, stepsUp}: SearchState): After => {
  const rate = step.ratePerSecond
  const most = options.mostPerSecond
  const up = {upper: undefined, stepsUp: stepsUp + 1}
  if (stepsUp + 1 >= mostStepsUp || rate >= most)
    return {...rise(rate, most), ...up, lower: rate, confirmed: false}
  const next = Math.min(most, rate * (1 + options.width / 2))
  return {...up, step: {purpose: 'recheck', ratePerSecond: next}}
}

/** What follows a trial that failed for certain. */
export const afterBad = (state: SearchState): After => {
  const {step, options, lower, inversion} = state
  const rate = step.ratePerSecond
  switch (step.purpose) {
    case 'rise':
      if (lower !== undefined) return {upper: rate, ...between(lower, rate, options.width)}
      if (inversion === undefined && rate * factor <= options.mostPerSecond)
        return {upper: rate, step: {purpose: 'probe', ratePerSecond: rate * factor}}
      return descend(rate, options.leastPerSecond)
    case 'probe':
      return descend(rate / factor, options.leastPerSecond)
    case 'descend':
      return descend(rate, options.leastPerSecond)
    case 'bisect':
      return lower === undefined
        ? descend(rate, options.leastPerSecond)
        : {upper: rate, ...between(lower, rate, options.width)}
    case 'confirm':
      return stepDown(state)
    case 'recheck':
      return {upper: rate, ended: 'found'}
    case 'warm-up':
      return descend(rate, options.leastPerSecond)
    default:
      return {}
  }
}

const descend = (failed: number, least: number): After =>
  failed / factor < least
    ? {upper: failed, ended: 'fails-at-lowest'}
    : {upper: failed, step: {purpose: 'descend', ratePerSecond: failed / factor}}

const mostStepsDown = 5

/** The lower bound did not hold for long: a little less, at the most what held in a trial of its own below it. */
const stepDown = ({step, options, stepsDown, upper, trials}: SearchState): After => {
  const rate = step.ratePerSecond
  const lower = rate / (1 + options.width)
  const [before, last] = searchedIn(trials).slice(-2)
  // It failed in one trial, and in a longer one at less: so it fails.
  const again = before?.purpose === 'confirm' && before.outcome === 'bad' ? before.ratePerSecond : upper
  const down = {upper: last?.final ? rate : (again ?? rate), lower, stepsDown: stepsDown + 1}
  if (lower < options.leastPerSecond) return {...down, ended: 'fails-at-lowest'}
  if (stepsDown + 1 >= mostStepsDown) return {...down, ended: 'unstable'}
  return {...down, step: {purpose: 'confirm', ratePerSecond: lower}}
}

/** A guard must not trip twice: a step to where one did, or beyond, becomes one below it, or the end. */
export const belowTripped = (state: SearchState): SearchState => {
  const {step, options, lower, tripped, ended} = state
  if (ended !== undefined || tripped === undefined || step.ratePerSecond < tripped) return state
  if (step.purpose === 'recheck') return {...state, upper: tripped, ended: 'found'}
  return lower !== undefined && lower < tripped
    ? {...state, upper: tripped, ...between(lower, tripped, options.width)}
    : {...state, ...descend(tripped, options.leastPerSecond)}
}
